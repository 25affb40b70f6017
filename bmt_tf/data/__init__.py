"""Data sets, all in one form of example, and the batches made of them."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Source": "source",
        "Example": "source",
        "with_only": "source",
        "open_data": "opening",
        "data_tasks": "opening",
        "Folder": "sets.folder",
        "Nyud": "sets.nyud",
        "Scenes": "sets.scenes",
        "write_folder": "writing",
        "check_data": "checking",
        "Problem": "checking",
        "Augmentation": "augmentation",
        "training_batches": "pipeline",
        "evaluation_batches": "pipeline",
        "split_indices": "splitting",
        "evenly_spread": "splitting",
        "BranchedFolder": "tfds_builder",
    },
)
