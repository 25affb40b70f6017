"""What is measured on runs, and the choice of a tree by it."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "ChoiceConfig": "config",
        "choose_tree": "tree_choice",
        "measure_affinity": "feature_collection",
        "measure_difficulty": "difficulty",
    },
)
