"""The exact trade-off between cost and clustering cost, for up to 8 tasks."""

from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.search.clustering import checked_dissimilarity, partition_costs
from bmt_tf.search.front_engine import check_enumerable, tree_front
from bmt_tf.search.points import TreePoint


def exact_front(dissimilarity: np.ndarray, tasks: Sequence[str], table: CostTable) -> tuple[TreePoint, ...]:
    """Returns all trees that no other tree beats in cost and clustering cost; a budget is a look-up in them.

    Equally good trees are told apart by the rule of `front_engine.best_trees`, so the same input gives the same trees.
    Source: BMN, sec. 3.2, algorithm 1; there all trees are enumerated, which gives the same.

    Args:
        dissimilarity: `[L, T, T]`, 1 - affinity, in the order of the table's blocks and of `tasks`.
        tasks: Names of the `T` tasks, at most 8.
        table: Costs of stem, blocks and heads, as from `cost_table`.

    Returns:
        Points by rising cost, in the unit of the table, and falling score.
    """
    table.check(tasks)
    check_enumerable(tasks)
    values = checked_dissimilarity(dissimilarity, tasks, tuple(table.blocks))
    return tree_front(partition_costs(values), tasks, table)
