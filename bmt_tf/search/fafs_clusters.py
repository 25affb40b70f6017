"""For every number of groups, the clustering of a few or many branches that FAFS finds least separated."""

import numpy as np

from bmt_tf.grouping.partitions import MAX_ENUMERATED_TASKS
from bmt_tf.search.branches import renumbered
from bmt_tf.search.front_engine import lattice
from bmt_tf.search.spectral import spectral_groups, spectral_vectors

_SPECTRAL = 5  # clusterings for each number of groups, as in the published code
_DIGITS = 12  # equal separations are summed in several orders


def best_clusterings(affinity: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Returns for 1 to b groups of b branches the labels of the least separated clustering, and its separation.

    That is int64 `[b, b]`, a row for each number of groups, and float64 `[b]`. All clusterings are tried where they can
    be enumerated, else several spectral ones; a number of groups that none of them has keeps the separation of one
    group, and is never chosen.

    Args:
        affinity: float64 `[b, b]` in [0, 1], of `branch_affinity`.
        random: For the spectral clusterings.
    """
    count = len(affinity)
    if count <= MAX_ENUMERATED_TASKS:
        return _least(affinity, lattice(count).labels)
    vectors = spectral_vectors(np.maximum(affinity, 1e-9)[None])
    candidates = [np.zeros((1, count), np.int64), np.arange(count)[None]]
    for groups in range(2, count):
        candidates.append(spectral_groups(np.repeat(vectors, _SPECTRAL, axis=0), groups, random))
    return _least(affinity, renumbered(np.concatenate(candidates)))


def separations(affinity: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Returns how far apart the branches of a group are, float64 `[n]` for clusterings `labels [n, b]`.

    It is the mean over groups of one minus the mean over the group's branches of their smallest affinity to a branch of
    the group, themselves included.

    Args:
        affinity: float64 `[b, b]`.
        labels: Groups, counted from 0; none is empty.
    """
    same = labels[:, :, None] == labels[:, None, :]
    smallest = np.where(same, affinity, np.inf).min(axis=2)
    weights = 1 / same.sum(axis=2)  # those of a group add up to one
    values = 1 - (smallest * weights).sum(axis=1) / weights.sum(axis=1)
    return np.round(values, _DIGITS)


def _least(affinity: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns of clusterings `[n, b]` the least separated one for each number of groups, the first of equal ones."""
    values, groups = separations(affinity, labels), labels.max(axis=1)
    order = np.lexsort((values, groups))
    best = np.full((len(affinity), len(affinity)), 0)
    least = np.full(len(affinity), values[order[0]])
    found, first = np.unique(groups[order], return_index=True)
    best[found], least[found] = labels[order[first]], values[order[first]]
    return best, least
