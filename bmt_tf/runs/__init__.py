"""What a run is: its settings, its directory, its data, its network, its checkpoints, its progress."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__, {"Run": "run", "RunConfig": "config", "TrainConfig": "config", "SearchConfig": "search_config"}
)
