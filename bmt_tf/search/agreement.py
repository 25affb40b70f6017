"""How far several groupings of the same tasks and blocks agree, and the tree that agrees best with all of them."""

import itertools
from collections.abc import Sequence

import numpy as np

from bmt_tf.grouping import Grouping
from bmt_tf.grouping.partitions import MAX_ENUMERATED_TASKS
from bmt_tf.search.front_engine import best_trees, lattice


def pair_frequencies(groupings: Sequence[Grouping]) -> np.ndarray:
    """Returns in what share of the groupings two tasks are together at a block, float64 `[L, T, T]`.

    Args:
        groupings: One or more, of the same blocks and tasks; the order of tasks is that of the first.
    """
    return np.mean(_together(groupings), axis=0)


def mean_agreement(groupings: Sequence[Grouping]) -> float:
    """Returns the mean over pairs of groupings of the share of (block, pair of tasks) on which the two agree.

    They agree where both have the two tasks together, or both apart; 1 means equal trees (the Rand index, averaged).

    Args:
        groupings: Two or more, of the same blocks and at least two tasks.

    Raises:
        ValueError: There are fewer than two groupings, or only one task.
    """
    if len(groupings) < 2 or len(groupings[0].tasks) < 2:
        raise ValueError(
            f"`groupings` must be two or more, of two or more tasks. Received: {len(groupings)} groupings of "
            f"{len(groupings[0].tasks) if groupings else 0} tasks"
        )
    first, second = np.triu_indices(len(groupings[0].tasks), 1)
    pairs = _together(groupings)[:, :, first, second]
    return float(np.mean([(a == b).mean() for a, b in itertools.combinations(pairs, 2)]))


def consensus_grouping(groupings: Sequence[Grouping]) -> Grouping:
    """Returns the tree that agrees best with all of the groupings, counted over blocks and pairs of tasks.

    For up to 8 tasks it is the best of all trees, ties broken as in `front_engine.best_trees`; beyond, the best of the
    given ones. (Joining the pairs that are mostly together would not do: that need not be a partition.)

    Args:
        groupings: One or more, of the same blocks and tasks; the order of tasks is that of the first.
    """
    together = _together(groupings)
    first = groupings[0]
    frequencies = together.mean(axis=0)
    if len(first.tasks) <= MAX_ENUMERATED_TASKS:
        labels = lattice(len(first.tasks)).labels
        scores = _disagreement(labels[:, :, None] == labels[:, None, :], frequencies[:, None])
        best = labels[best_trees(scores, np.zeros(len(first.blocks)), len(first.tasks))[0]]
    else:
        number = _disagreement(together, frequencies).sum(axis=1).argmin()
        best = together[number].argmax(axis=2)  # the first task that each is together with
    return Grouping.from_routing(first.tasks, first.blocks, best, first.encoder)


def _disagreement(together: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Returns the sum over pairs of tasks of the share of groupings that have them otherwise."""
    return np.abs(together - frequencies).sum(axis=(-2, -1)) / 2


def _together(groupings: Sequence[Grouping]) -> np.ndarray:
    """Returns whether two tasks are together, bool `[groupings, L, T, T]`."""
    if not groupings:
        raise ValueError("`groupings` must be one or more. Received: none")
    first = groupings[0]
    for grouping in groupings:
        if grouping.blocks != first.blocks or set(grouping.tasks) != set(first.tasks):
            raise ValueError(
                f"`groupings` must have the same blocks and tasks, {list(first.blocks)} and {list(first.tasks)}. "
                f"Received: {list(grouping.blocks)} and {list(grouping.tasks)}"
            )
    routings = np.stack([g.routing()[:, [g.tasks.index(task) for task in first.tasks]] for g in groupings])
    return routings[:, :, :, None] == routings[:, :, None, :]
