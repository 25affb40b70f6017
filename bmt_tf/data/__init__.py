"""Data sets, all in one form of example, and the batches made of them."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Source": "source",
        "Example": "source",
        "with_only": "source",
        "DataSet": "data_set",
        "open_data": "opening",
        "data_tasks": "opening",
        "split_names": "opening",
        "register_data_set": "opening",
        "LabelFormat": "labels.label_format",
        "register_label_format": "labels.label_files",
        "Folder": "sets.folder",
        "Nyud": "sets.nyud",
        "Scenes": "sets.scenes",
        "write_folder": "writing",
        "write_layout": "writing",
        "write_shards": "shard_writing",
        "layout_names": "writing",
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
