"""The exact front of trees between cost and score, by dynamic programming over partitions.

A tree's cost and score both are sums over its blocks. Going from the first block to the last, every partition keeps the
trees that end in it and that no other such tree beats in cost and score. The trees that may go on to a partition `p` at
the next block are those that end in any coarser-or-equal one; they are gathered along single merges: what `p` may
inherit is its own trees and what each partition with two parts of `p` merged may inherit, so partitions are visited by
rising number of parts. Source: BMN, sec. 3.2, which enumerates all trees instead.
"""

import functools
import math
from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping.partitions import MAX_ENUMERATED_TASKS, all_labels
from bmt_tf.search.points import TreePoint, tree_from_labels

_BITS = 48  # sums of up to 2^5 times more than the largest total are still exact in float64


class PartitionLattice:
    """All partitions of `count` tasks, numbered in the lexicographic order of their labels, and how they coarsen."""

    def __init__(self, count: int):
        self.labels = all_labels(count)  # int64 [P, T], the number of each task's part
        self.parts = self.labels.max(axis=1) + 1  # int64 [P], the number of parts
        self.by_parts = np.argsort(self.parts, kind="stable")  # int64 [P], the partitions by rising number of parts
        number_of = {tuple(labels): number for number, labels in enumerate(self.labels.tolist())}
        # For each partition the numbers of those with two of its parts merged.
        self.coarser = [[number_of[merged] for merged in _merges(labels)] for labels in self.labels.tolist()]
        members = self.labels[:, :, None] == np.arange(count)  # [P, task, part]
        # int64 [P, T], the parts as sets of tasks (bit t is task t), padded with empty sets.
        self.masks = np.einsum("ptk,t->pk", members, 1 << np.arange(count))


@functools.lru_cache(maxsize=8)
def lattice(count: int) -> PartitionLattice:
    """Returns the partitions of `count` tasks, 1 to 8; made once."""
    return PartitionLattice(count)


def tree_front(scores: np.ndarray, tasks: Sequence[str], table: CostTable) -> tuple[TreePoint, ...]:
    """Returns the exact front of trees whose score is a sum over blocks, by rising cost and falling score.

    Scores are float64 `[L, P]`, not negative: of each partition of the lattice at each block.
    """
    numbers = best_trees(scores, np.array(list(table.blocks.values()), np.float64), len(tasks))
    blocks = np.arange(len(scores))
    points = []
    for tree in numbers:
        grouping = tree_from_labels(lattice(len(tasks)).labels[tree], tasks, table)
        points.append(TreePoint(table.cost(grouping), math.fsum(scores[blocks, tree]), grouping))
    return tuple(points)


def check_enumerable(tasks: Sequence[str]) -> None:
    """Checks that the partitions of the tasks are few enough to visit all of them."""
    if len(tasks) > MAX_ENUMERATED_TASKS:
        raise ValueError(
            f"`tasks` must be at most {MAX_ENUMERATED_TASKS} for an exact front; `beam_front` takes more. "
            f"Received: {len(tasks)} tasks"
        )


def best_trees(scores: np.ndarray, costs: np.ndarray, count: int) -> np.ndarray:
    """Returns the non-dominated trees of the sums of cost and score, by rising cost and falling score.

    They are int64 `[trees, L]`, the number of the partition at each block. Scores `[L, P]` are those of each partition
    of the lattice at each block, costs `[L]` those of one copy of each block; none is negative.

    Both are rounded to a grid on which all sums are exact (2^-48 of the largest possible total; counts of parameters
    and multiply-adds do not change), so that trees that are equally good tie, whatever the order of summation. Of equal
    trees the one stays that has fewer parts in the last block, then in the last but one, and so on; then the one with
    the lexicographically smaller labels in the last block, and so on.
    """
    tree_of = lattice(count)
    scores = _on_grid(scores, scores.max(axis=1).sum())
    costs = _on_grid(costs, costs.sum() * count)
    size = len(tree_of.parts)
    everything = _Trees(np.zeros(1), np.zeros(1), np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64))
    starts = np.full(size, 1)  # before the first block there is one empty tree, which ends in the shared partition
    starts[0] = 0
    ends = np.ones(size, np.int64)

    history = []
    for block_scores, block_cost in zip(scores, costs, strict=True):
        inherited = _inherit(everything, starts, ends, tree_of)
        lengths = np.array([len(trees) for trees in inherited])
        ends = np.cumsum(lengths)
        starts = ends - lengths
        origin = np.concatenate(inherited)
        everything = everything.extend(origin, np.repeat(np.arange(size), lengths), block_scores, block_cost, tree_of)
        history.append(everything)

    order = everything.order()
    trees = [order[_improves(everything.scores[order])]]
    for block in reversed(history[1:]):
        trees.append(block.origin[trees[-1]])
    return np.column_stack([block.partition[chosen] for block, chosen in zip(history, reversed(trees), strict=True)])


class _Trees:
    """All trees kept at one block, sorted by the partition in which they end."""

    def __init__(self, costs, scores, shape, partition, origin):
        self.costs, self.scores = costs, scores
        self.shape = shape  # rank of the tree's numbers of parts, the last block's counting most
        self.partition = partition
        self.origin = origin  # which tree of the block before it continues

    def extend(self, origin, partition, block_scores, block_cost, tree_of) -> "_Trees":
        parts = tree_of.parts[partition]
        shape = parts * (self.shape.max() + 1) + self.shape[origin]
        if shape.max() > 2**56:
            shape = np.unique(shape, return_inverse=True)[1]
        costs = self.costs[origin] + parts * block_cost
        return _Trees(costs, self.scores[origin] + block_scores[partition], shape, partition, origin)

    def order(self) -> np.ndarray:
        """Returns the trees by cost, then score, then the tie-break rule (a stable sort ends it)."""
        return np.lexsort((self.shape, self.scores, self.costs))


def _inherit(trees: _Trees, starts, ends, tree_of: PartitionLattice) -> list[np.ndarray]:
    """Returns for each partition the best of the trees that end in a coarser or equal one."""
    order = trees.order()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    scores = trees.scores[order]
    best: list[np.ndarray] = [rank[:0]] * len(starts)
    for number in tree_of.by_parts.tolist():
        sources = [best[coarser] for coarser in tree_of.coarser[number]]
        ranks = np.concatenate([rank[starts[number] : ends[number]], *sources])
        ranks.sort()
        best[number] = ranks[_improves(scores[ranks])]
    return [order[ranks] for ranks in best]


def _improves(scores: np.ndarray) -> np.ndarray:
    """Returns which entries are less than all before them, bool `[n]`."""
    keep = np.ones(len(scores), bool)
    keep[1:] = scores[1:] < np.minimum.accumulate(scores)[:-1]
    return keep


def _on_grid(values: np.ndarray, largest_sum: float) -> np.ndarray:
    step = 2.0 ** (math.ceil(math.log2(largest_sum)) - _BITS) if largest_sum > 0 else 1.0
    return np.rint(values / step) * step


def _merges(labels: list[int]):
    """Yields the labels with each two parts merged."""
    count = max(labels) + 1
    for first in range(count):
        for second in range(first + 1, count):
            yield tuple(first if k == second else k - (k > second) for k in labels)
