"""Reports: one self-contained HTML page for a study, and its figures. The page needs no TensorFlow."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "comparison_tables": "comparison",
        "markdown_differences": "markdown",
        "markdown_table": "markdown",
        "pictured_runs": "sections",
        "read_study": "reading",
        "write_report": "page",
    },
)
