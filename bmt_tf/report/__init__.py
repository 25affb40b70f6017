"""Reports: one self-contained HTML page for a study, and the figures and panels in it. Free of TensorFlow."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__, {"read_study": "study", "prediction_panel": "panels", "write_report": "page"}
)
