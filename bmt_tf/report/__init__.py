"""Reports: one self-contained HTML page for a study, and its figures and panels. The page needs no TensorFlow."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {"read_study": "study", "prediction_panel": "panels", "write_panels": "predicting", "write_report": "page"},
)
