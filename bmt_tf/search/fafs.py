"""FAFS: greedy grouping from the last block to the first, by which tasks find the same images hard.

Source: Lu et al., CVPR 2017 (published code); BMN, sec. 4, and BMTAS, sec. 4, compare with it.

Going up from the heads, the branches behind a block are joined into `d` groups such that
`(d - 1) * (cost of the block) + alpha * (separation)` is least, where the separation is the mean over groups of one
minus the mean over the group's branches of their smallest affinity to a branch of the group, themselves included. What
is best for each number of groups depends neither on the block nor on alpha; so the numbers of groups that are best for
some alpha are found once for a set of branches, with the alpha from which on each of them is, and a sweep over all
alphas visits every tree that there is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bmt_tf.costs import CostTable, non_dominated
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.partitions import labels_of
from bmt_tf.search.fafs_clusters import best_clusterings, separations
from bmt_tf.search.points import TreePoint, tree_from_labels

_TOLERANCE = 1e-6  # what a stored affinity may miss of symmetry and of a diagonal of 1


@dataclass(frozen=True)
class FafsPoint(TreePoint):
    """A tree of the sweep, whose score is its separation, summed over blocks.

    Args:
        alpha: The least weight of separation against cost that leads to this tree, in the unit of the cost table.
    """

    alpha: float = 0.0


def fafs_grouping(
    affinity: np.ndarray, tasks: Sequence[str], table: CostTable, alpha: float, seed: int = 0
) -> Grouping:
    """Returns the tree that FAFS grows.

    Departures from the published code: the cost of one more branch is that of the table, not a power of two; behind up
    to 8 branches all clusterings are tried, several spectral ones beyond; of equally good numbers of groups the
    smallest is taken.

    Args:
        affinity: `[T, T]` in [0, 1], in what share of the images two tasks are both hard or both easy; symmetric,
            diagonal 1.
        tasks: Names of the `T` tasks.
        table: Costs of stem, blocks and heads, as from `cost_table`.
        alpha: What a separation of 1 may cost, in the unit of the table; 0 shares every block.
        seed: Seed of the spectral clusterings.

    Raises:
        ValueError: `alpha` is negative or no number, or `affinity` is not as said.
    """
    if not 0 <= alpha < math.inf:
        raise ValueError(f"`alpha` must be a finite number of at least 0. Received: alpha={alpha}")
    table.check(tasks)
    options = _Options(checked_affinity(affinity, tasks), seed)
    return tree_from_labels(_grown(options, table, alpha, "left")[0], tasks, table)


def fafs_front(affinity: np.ndarray, tasks: Sequence[str], table: CostTable, seed: int = 0) -> tuple[FafsPoint, ...]:
    """Returns the trees that `fafs_grouping` grows for all values of alpha.

    Args:
        affinity: As for `fafs_grouping`.
        tasks: Names of the `T` tasks.
        table: Costs of stem, blocks and heads, as from `cost_table`.
        seed: As for `fafs_grouping`.

    Returns:
        Points by rising cost, in the unit of the table, and falling separation; trees that another one beats in both
        are left out, as greedy choices lead to them now and then.
    """
    table.check(tasks)
    values = checked_affinity(affinity, tasks)
    options, points, alpha = _Options(values, seed), [], 0.0
    while alpha < math.inf:
        labels, following = _grown(options, table, alpha, "right")
        grouping = tree_from_labels(labels, tasks, table)
        points.append(FafsPoint(table.cost(grouping), fafs_separation(values, grouping), grouping, alpha))
        alpha = following
    kept = non_dominated([point.cost for point in points], [point.score for point in points])
    return tuple(points[number] for number in kept)


def fafs_step(
    affinity: np.ndarray, labels: np.ndarray, cost: float, alpha: float, cap: int, seed: int = 0
) -> np.ndarray:
    """Returns how FAFS groups the branches behind one block: the group of each task, int64 `[T]`, counted from 0.

    Args:
        affinity: As for `fafs_grouping`.
        labels: The branch that each task is in, int `[T]`, counted from 0.
        cost: Cost of one more branch.
        alpha: What a separation of 1 may cost, in the unit of `cost`.
        cap: The most groups that there may be, at least 1.
        seed: As for `fafs_grouping`.
    """
    groups, values = _clusterings(affinity, labels, seed)
    prices = np.arange(len(values)) * cost + alpha * values
    return groups[int(np.argmin(prices[:cap]))][labels]


def fafs_separation(affinity: np.ndarray, grouping: Grouping) -> float:
    """Returns what FAFS minimises beside the cost: the separation of the groups, summed over the blocks of a tree.

    Args:
        affinity: As for `fafs_grouping`, in the order of the grouping's tasks.
        grouping: The tree.
    """
    values = checked_affinity(affinity, grouping.tasks)
    below, found = np.arange(len(grouping.tasks)), []
    for partition in reversed(grouping.partitions):
        labels = np.array(labels_of(partition, grouping.tasks))
        first = np.unique(below, return_index=True)[1]  # a task of each branch
        found.append(separations(branch_affinity(values, below), labels[first][None])[0])
        below = labels
    return math.fsum(found)


def branch_affinity(affinity: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Returns the affinity of the branches that tasks `[T]` are in, float64 `[b, b]`.

    It is the mean over the tasks of one branch of the smallest affinity to a task of the other, symmetrised by
    averaging; that of a branch to itself likewise. Source: Lu et al., published code.
    """
    members = labels[:, None] == np.arange(labels.max() + 1)  # [T, b]
    smallest = np.where(members[None], affinity[:, :, None], np.inf).min(axis=1)  # of each task to each branch
    means = members.T @ smallest / members.sum(axis=0)[:, None]
    return (means + means.T) / 2


def checked_affinity(affinity: np.ndarray, tasks: Sequence[str]) -> np.ndarray:
    """Returns the affinity as float64 `[T, T]`, exactly symmetric and with a diagonal of 1."""
    values = np.asarray(affinity, np.float64)
    if values.shape != (len(tasks), len(tasks)):
        raise ValueError(
            f"`affinity` must be [T, T] = [{len(tasks)}, {len(tasks)}], one number per pair of tasks. "
            f"Received: shape {values.shape}"
        )
    for fault, rule in (
        (~((values >= -_TOLERANCE) & (values <= 1 + _TOLERANCE)), "lie in [0, 1]"),
        (np.abs(values - values.T) > _TOLERANCE, "be symmetric"),
        ((np.abs(values - 1) > _TOLERANCE) & np.eye(len(tasks), dtype=bool), "be 1 on the diagonal"),
    ):
        if fault.any():
            t, u = np.argwhere(fault)[0]
            raise ValueError(
                f"`affinity` must {rule}. Received: {values[t, u]} for tasks {tasks[t]!r} and {tasks[u]!r}"
            )
    values = np.clip((values + values.T) / 2, 0, 1)
    np.fill_diagonal(values, 1)
    return values


@dataclass(frozen=True)
class _Groupings:
    """The clusterings of some branches that are best for some alpha, by rising number of groups."""

    labels: np.ndarray  # int64 [n, T], the group of each task
    rates: np.ndarray  # float64 [n - 1], alpha over the block's cost at which the next one becomes as good


def _clusterings(affinity: np.ndarray, labels: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the best clustering of the branches for each number of groups, and its separation."""
    # Seeded for each set of branches: what comes out must not depend on what was asked for before.
    random = np.random.default_rng([seed, *labels.tolist()])
    return best_clusterings(branch_affinity(affinity, labels), random)


class _Options:
    """For the branches that tasks are in, the clusterings to choose from; found once for the same branches."""

    def __init__(self, affinity: np.ndarray, seed: int):
        self._affinity, self._seed = affinity, seed
        self._found: dict[bytes, _Groupings] = {}

    def of(self, labels: np.ndarray) -> _Groupings:
        key = labels.tobytes()
        if key not in self._found:
            self._found[key] = self._clustered(labels)
        return self._found[key]

    def _clustered(self, labels: np.ndarray) -> _Groupings:
        groups, values = _clusterings(self._affinity, labels, self._seed)
        kept, rates = _lower_hull(values)
        return _Groupings(groups[kept][:, labels], rates)


def _grown(options: _Options, table: CostTable, alpha: float, side: str) -> tuple[np.ndarray, float]:
    """Returns the tree's labels `[L, T]`, and the least larger alpha for which one of its choices is another.

    Where two numbers of groups are equally good at `alpha`, `side` "left" takes the smaller, "right" the larger one.
    """
    labels, rows, following = np.arange(len(table.heads)), [], math.inf
    for cost in reversed(table.blocks.values()):
        found = options.of(labels)
        limits = found.rates * cost
        chosen = int(np.searchsorted(limits, alpha, side=side))
        later = limits[limits > alpha]
        following = min(following, later[0] if len(later) else math.inf)
        labels = found.labels[chosen]
        rows.append(labels)
    return np.array(rows[::-1]), float(following)


def _lower_hull(values: np.ndarray) -> tuple[list[int], np.ndarray]:
    """Returns which of `values [b]`, of 1 to b groups, are least for some price per group, and the prices between them.

    The number with one group is always the first; the prices rise.
    """
    kept, rates = [0], []
    while True:
        beyond = np.arange(kept[-1] + 1, len(values))
        gains = (values[kept[-1]] - values[beyond]) / (beyond - kept[-1])  # per further group
        if not len(beyond) or gains.max() <= 0:
            return kept, np.array(rates)
        best = int(np.flatnonzero(gains == gains.max())[-1])
        kept.append(int(beyond[best]))
        rates.append(1 / gains[best])
