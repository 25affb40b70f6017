"""The trade-off between cost and clustering cost for many tasks, by a beam search."""

from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.search.beam_engine import beam_trees
from bmt_tf.search.branches import between_parts, sum_of_largest
from bmt_tf.search.clustering import checked_dissimilarity, clustering_cost
from bmt_tf.search.points import TreePoint


class _Dissimilarities:
    """Partitions score by the mean over parts of the largest dissimilarity; between two parts the largest counts."""

    def __init__(self, dissimilarity: np.ndarray):
        self._dissimilarity = dissimilarity

    def of(self, labels: np.ndarray) -> np.ndarray:
        return between_parts(self._dissimilarity, labels)

    def joined(self, parts: np.ndarray) -> np.ndarray:
        within = np.diagonal(parts, axis1=1, axis2=2)
        return np.maximum(parts, np.maximum(within[:, :, None], within[:, None, :]))

    def of_groups(self, parts: np.ndarray, groups: np.ndarray) -> np.ndarray:
        return sum_of_largest(parts, groups)

    def affinity(self, parts: np.ndarray) -> np.ndarray:
        affinity = np.maximum(1 - parts, 0)
        np.einsum("nii->ni", affinity)[:] = 1
        return affinity

    def score(self, sums: np.ndarray, count: int) -> np.ndarray:
        return sums / count


def beam_front(
    dissimilarity: np.ndarray, tasks: Sequence[str], table: CostTable, width: int = 10, seed: int = 0
) -> tuple[TreePoint, ...]:
    """Returns good trees at every cost, for any number of tasks; for up to 8 tasks `exact_front` finds the best.

    The search is that of `beam_trees`; the affinity of two branches is the smallest between their tasks, as the
    clustering cost takes the largest dissimilarity. Source: BMN, sec. 3.2, which leaves open what survives. Departure:
    merges of two parts are candidates beside spectral clusterings, because the mean over parts favours one large part
    beside single tasks.

    Args:
        dissimilarity: `[L, T, T]`, 1 - affinity, in the order of the table's blocks and of `tasks`.
        tasks: Names of the `T` tasks.
        table: Costs of stem, blocks and heads, as from `cost_table`.
        width: Number of clusterings and of merges that are tried for each number of parts, and of trees that go on; at
            least 1.
        seed: Seed of the clusterings.

    Returns:
        Points by rising cost, in the unit of the table, and falling score.
    """
    table.check(tasks)
    values = checked_dissimilarity(dissimilarity, tasks, tuple(table.blocks))
    blocks = [_Dissimilarities(block) for block in values]
    return beam_trees(blocks, lambda tree: clustering_cost(values, tree), tasks, table, width, seed)
