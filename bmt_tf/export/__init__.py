"""From a trained run to networks that serve it in several formats, and predictions on a folder of photographs."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "export_saved_model": "exporting",
        "export_formats": "exporting",
        "export_demo_page": "page",
        "evaluate_exported": "scoring",
        "latency_table": "tree_latency",
        "tree_costs": "tree_latency",
        "served_latency": "latency",
        "graph_latency": "latency",
        "load_served": "formats.table",
        "predict_folder": "prediction",
    },
)
