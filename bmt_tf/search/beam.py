"""The trade-off between cost and clustering cost for many tasks, by a beam search from the last block to the first."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable, non_dominated
from bmt_tf.search.branches import best_merges, between_parts, renumbered, sum_of_largest
from bmt_tf.search.clustering import checked_dissimilarity, clustering_cost
from bmt_tf.search.points import TreePoint, tree_from_labels
from bmt_tf.search.spectral import spectral_groups, spectral_vectors


@dataclasses.dataclass
class _Tails:
    """Trees from some block to the heads: `labels [n, blocks + 1, T]`; `costs` and `scores [n]` of these blocks."""

    labels: np.ndarray
    costs: np.ndarray
    scores: np.ndarray


@dataclasses.dataclass
class _Joints:
    """Partitions for the block before some tails: which tail, `labels [n, T]`, sum of the parts' largest `[n]`."""

    tail: np.ndarray
    labels: np.ndarray
    largest: np.ndarray


def beam_front(
    dissimilarity: np.ndarray, tasks: Sequence[str], table: CostTable, width: int = 10, seed: int = 0
) -> tuple[TreePoint, ...]:
    """Returns good trees at every cost, for any number of tasks; for up to 8 tasks `exact_front` finds the best.

    From the last block to the first, the branches behind a block are joined into every possible number of groups by
    spectral clustering; the affinity of two branches is the smallest between their tasks, as the clustering cost takes
    the largest dissimilarity. Source: BMN, sec. 3.2, which leaves open what survives. Departures: the best merges of
    two parts are candidates too, because spectral clusters are of like size and the mean over parts favours one large
    part beside single tasks; and `width (T / m)^2` trees with `m` parts survive, because all cheap trees pass through
    few parts. A wide enough beam, at the cost of time, finds the exact front.

    Args:
        dissimilarity: `[L, T, T]`, 1 - affinity, in the order of the table's blocks and of `tasks`.
        tasks: Names of the `T` tasks.
        table: Costs of stem, blocks and heads, as from `cost_table`.
        width: Number of clusterings and of merges that are tried for each number of parts, and of trees that go on.
        seed: Seed of the clusterings.

    Returns:
        Points by rising cost, in the unit of the table, and falling score.

    Raises:
        ValueError: `width` is below 1.
    """
    if width < 1:
        raise ValueError(f"`width` must be at least 1. Received: width={width}")
    table.check(tasks)
    values = checked_dissimilarity(dissimilarity, tasks, tuple(table.blocks))
    random = np.random.default_rng(seed)
    tails = _Tails(np.arange(len(tasks))[None, None], np.zeros(1), np.zeros(1))  # the heads alone
    for block, cost in zip(values[::-1], reversed(table.blocks.values()), strict=True):
        tails = _one_block_up(tails, block, cost, width, random)

    points = []
    for labels in tails.labels[non_dominated(tails.costs, tails.scores), :-1]:
        grouping = tree_from_labels(labels, tasks, table)
        points.append(TreePoint(table.cost(grouping), clustering_cost(values, grouping), grouping))
    kept = non_dominated([point.cost for point in points], [point.score for point in points])
    return tuple(points[number] for number in kept)


def _one_block_up(tails: _Tails, dissimilarity: np.ndarray, cost: float, width: int, random) -> _Tails:
    """Returns the surviving tails that start one block earlier."""
    tasks = len(dissimilarity)
    candidates = _spectral_joints(tails, dissimilarity, width, random)
    longer = []
    for parts in range(tasks, 0, -1):
        joints = _distinct(candidates[parts])
        if not joints:
            continue
        costs = tails.costs[joints.tail] + cost * parts
        scores = tails.scores[joints.tail] + joints.largest / parts
        kept = _survivors(joints.labels, costs, scores, width * tasks**2 // parts**2)
        tail, labels = joints.tail[kept], joints.labels[kept]
        if parts > 1:
            merged, change = best_merges(between_parts(dissimilarity, labels), labels, width)
            largest = (joints.largest[kept, None] + change).ravel()
            candidates[parts - 1].append(_Joints(np.repeat(tail, change.shape[1]), merged.reshape(-1, tasks), largest))
        grown = np.concatenate([labels[:, None], tails.labels[tail]], axis=1)
        longer.append(_Tails(grown, costs[kept], scores[kept]))
    return _concatenated(longer)


def _spectral_joints(tails: _Tails, dissimilarity: np.ndarray, width: int, random) -> dict[int, list[_Joints]]:
    """Returns by number of parts the tails' own branches unchanged, and the spectral clusterings of some of them."""
    below = tails.labels[:, 0]
    candidates: dict[int, list[_Joints]] = {parts: [] for parts in range(1, len(dissimilarity) + 1)}
    branches = below.max(axis=1) + 1
    for count in np.unique(branches).tolist():
        tail = np.flatnonzero(branches == count)
        between = between_parts(dissimilarity, below[tail])
        candidates[count].append(_Joints(tail, below[tail], np.trace(between, axis1=1, axis2=2)))
        few = _spread(np.arange(len(tail)), width)
        tail, between = tail[few], between[few]
        affinity = np.maximum(1 - between, 0)
        affinity[:, np.arange(count), np.arange(count)] = 1
        vectors = spectral_vectors(affinity)
        for wanted in range(2, count):
            groups = spectral_groups(vectors, wanted, random)
            labels = renumbered(np.take_along_axis(groups, below[tail], axis=1))
            joints = _Joints(tail, labels, sum_of_largest(between, groups))
            found = labels.max(axis=1) + 1  # fewer than wanted where a group came out empty
            for parts in np.unique(found).tolist():
                candidates[parts].append(_taken(joints, found == parts))
    return candidates


def _survivors(labels: np.ndarray, costs: np.ndarray, scores: np.ndarray, limit: int) -> np.ndarray:
    """Returns which tails go on: those that none beats in cost and score, then those that only these beat, and so on.

    A tail beaten by one with the same partition is left out: whatever comes before, it stays beaten.
    """
    _, partition = np.unique(labels, axis=0, return_inverse=True)
    order = np.argsort(partition, kind="stable")
    same = np.split(order, np.flatnonzero(np.diff(partition[order])) + 1)
    left = np.concatenate([group[non_dominated(costs[group], scores[group])] for group in same])
    kept = left[:0]
    while len(left) and len(kept) < limit:
        layer = non_dominated(costs[left], scores[left])
        kept = np.concatenate([kept, _spread(left[layer], limit - len(kept))])
        left = np.delete(left, layer)
    return kept


def _distinct(parts: list[_Joints]) -> _Joints | None:
    if not parts:
        return None
    joints = _concatenated(parts)
    _, kept = np.unique(np.column_stack([joints.tail, joints.labels]), axis=0, return_index=True)
    return _taken(joints, kept)


def _spread(items: np.ndarray, number: int) -> np.ndarray:
    """Returns at most `number` of the items, evenly spread, the first and the last among them."""
    return items[np.linspace(0, len(items) - 1, min(number, len(items))).round().astype(int)]


def _concatenated(parts: list):
    names = [field.name for field in dataclasses.fields(parts[0])]
    return type(parts[0])(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _taken(joints: _Joints, chosen: np.ndarray) -> _Joints:
    return _Joints(joints.tail[chosen], joints.labels[chosen], joints.largest[chosen])
