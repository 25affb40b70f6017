"""Training, searching and scoring multi-task networks."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "train": "train_loop",
        "search": "branch_search.loop",
        "train_singles": "single_tasks",
        "evaluate": "evaluation",
        "constant_scores": "constant_baseline",
        "constant_scores_of_runs": "constant_baseline",
        "gap_closed": "constant_baseline",
        "write_panels": "predictions",
    },
)
