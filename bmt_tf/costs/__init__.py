"""What a tree costs: units, the table of its parts, counting on a built model, timing, and the front of trade-offs."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Unit": "units",
        "UNITS": "units",
        "counted_units": "units",
        "get_unit": "units",
        "CostTable": "table",
        "non_dominated": "pareto",
        "model_cost": "counting",
        "cost_table": "encoder_table",
        "time_in_turns": "timing",
    },
)
