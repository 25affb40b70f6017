"""Training, searching, feature collection and evaluation of multi-task networks."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "RunConfig": "config",
        "TrainConfig": "config",
        "SearchConfig": "search_config",
        "train": "train_loop",
        "search": "search_loop",
        "train_singles": "single_tasks",
        "ChoiceConfig": "choice_config",
        "choose_tree": "tree_choice",
        "evaluate": "evaluation",
        "constant_scores": "constant_baseline",
        "constant_scores_of_runs": "constant_baseline",
        "gap_closed": "constant_baseline",
        "measure_affinity": "feature_collection",
    },
)
