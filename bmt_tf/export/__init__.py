"""From a trained run to a SavedModel that serves it, and predictions on a folder of photographs."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__, {"export_saved_model": "saved_model", "predict_folder": "prediction"}
)
