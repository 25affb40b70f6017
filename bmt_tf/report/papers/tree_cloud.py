"""All trees of a granularity: what each costs and how badly it joins dissimilar tasks."""

from dataclasses import dataclass

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.search.clustering import checked_dissimilarity, partition_costs
from bmt_tf.search.enumeration import number_of_trees, tree_chains
from bmt_tf.search.front_engine import lattice

MOST_TREES = 20_000


@dataclass(frozen=True, eq=False)
class AllTrees:
    """All trees that part at a few places only.

    Args:
        costs: Cost of each tree, stem and heads included.
        scores: Clustering cost of each; zeros if no dissimilarity is known.
        branches: Number of parts of each at each of the places, int64 `[N, G]`.
    """

    costs: np.ndarray
    scores: np.ndarray
    branches: np.ndarray

    @property
    def places(self) -> int:
        """At how many blocks the trees may part."""
        return self.branches.shape[1]


def all_trees(
    table: CostTable, dissimilarity: np.ndarray | None = None, most: int = MOST_TREES, shared: int = 0
) -> AllTrees:
    """Returns all trees of the finest granularity of which there are not too many.

    Of `G` places the blocks are cut into `G` runs as even as can be, and a tree parts at the first block of a run only;
    with `G` the number of blocks these are all trees that there are.

    Source: BMN, sec. 4.1, figure 2b, where trees part in the last three of four blocks.

    Args:
        table: Costs of stem, blocks and heads, of at most 8 tasks.
        dissimilarity: `[L, T, T]`, in the order of the table's blocks and tasks.
        most: How many trees are not too many.
        shared: Number of first blocks that all trees share.
    """
    tasks, blocks = tuple(table.heads), tuple(table.blocks)
    partitions = lattice(len(tasks))
    free = len(blocks) - shared
    places = next((count for count in range(free, 1, -1) if number_of_trees(len(tasks), count) <= most), 1)
    runs = [run + shared for run in np.array_split(np.arange(free), places)]
    scores = np.zeros((len(blocks), len(partitions.parts)))
    if dissimilarity is not None:
        scores = partition_costs(checked_dissimilarity(dissimilarity, tasks, blocks))
    prices = np.array(list(table.blocks.values()), np.float64)
    trees = tree_chains(len(tasks), places)
    branches = partitions.parts[trees]
    ends = table.stem + sum(table.heads.values()) + prices[:shared].sum()
    score_of_run = np.stack([scores[run].sum(axis=0) for run in runs])
    # The partition that parts no task is the first.
    found = score_of_run[np.arange(places), trees].sum(axis=1) + scores[:shared, 0].sum()
    return AllTrees(ends + branches @ np.array([prices[run].sum() for run in runs]), found, branches)
