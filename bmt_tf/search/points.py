"""Points of a trade-off between cost and score, and what is done with a front of them."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.partitions import partition_from_labels


@dataclasses.dataclass(frozen=True)
class TreePoint:
    """A tree with its place in the trade-off.

    Args:
        cost: Cost of the tree, stem and heads included, in the unit of the cost table.
        score: What was minimised: clustering cost, or negative log-likelihood.
        grouping: The tree.
    """

    cost: float
    score: float
    grouping: Grouping


def choose(front: Sequence[TreePoint], budget: float) -> TreePoint:
    """Returns the point of least score whose cost fits the budget.

    Args:
        front: Points by rising cost and falling score.
        budget: Largest cost allowed, in the unit of the points.

    Raises:
        ValueError: Not even the cheapest tree fits.
    """
    if not budget >= front[0].cost:
        raise ValueError(
            f"`budget` must be at least the cost of the cheapest tree, {front[0].cost:.12g}. Received: budget={budget}"
        )
    return next(point for point in reversed(front) if point.cost <= budget)


def front_gap(front: Sequence[TreePoint], exact: Sequence[TreePoint]) -> np.ndarray:
    """Returns by how much a front misses the exact one, at the cost of each of the exact points.

    Args:
        front: Points by rising cost, for instance of `beam_front`.
        exact: Points of `exact_front` for the same input.

    Returns:
        float64 `[number of exact points]`: the score chosen from `front` at that cost, minus the exact one; never
        negative but for rounding.
    """
    return np.array([choose(front, point.cost).score - point.score for point in exact])


def tree_from_labels(labels: np.ndarray, tasks: Sequence[str], table: CostTable) -> Grouping:
    """Returns the grouping over a table's blocks in which tasks with equal labels, of `[L, T]`, share the block.

    Unlike a routing, labels are already refining.
    """
    partitions = [partition_from_labels(row, tasks) for row in labels.tolist()]
    return Grouping(tasks, tuple(table.blocks), partitions)
