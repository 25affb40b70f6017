"""The tables and figures of the two papers: printed values, counted costs, and runs of this package beside them."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "PaperTable": "printed",
        "paper_table": "printed",
        "table_names": "printed",
        "beside": "runs_beside",
        "paper_grid": "grid",
        "text_of": "formats",
        "FORMATS": "formats",
        "figure_names": "figures",
        "paper_figure": "figures",
        "write_figure": "figures",
    },
)
