"""The relaxed network of a branch search: candidates per block, sampled routing, and its expected cost."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Supergraph": "network",
        "warm_up_grouping": "warm_up",
        "gumbel_softmax": "gumbel",
        "expected_branches": "expected_costs",
        "expected_cost": "expected_costs",
        "is_exact": "expected_costs",
        "lambda_from_paper": "trade_off",
    },
)
