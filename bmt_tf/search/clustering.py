"""How badly a tree joins dissimilar tasks: the clustering cost. Source: BMN, sec. 3.2."""

import math
from collections.abc import Sequence

import numpy as np

from bmt_tf.grouping import Grouping
from bmt_tf.search.front_engine import lattice

_TOLERANCE = 1e-6  # what float32 affinities may miss of symmetry and of a diagonal of 0


def clustering_cost(dissimilarity: np.ndarray, grouping: Grouping) -> float:
    """Returns the clustering cost of a tree: over its parts the mean of the largest dissimilarity, summed over blocks.

    A part of one task counts 0. The mean makes the cost fall when a cheap part is split off a dear one; that is how the
    paper has it.

    Args:
        dissimilarity: `[L, T, T]`, symmetric, diagonal 0, in the order of the grouping's blocks and tasks.
        grouping: The tree, of L blocks and T tasks.
    """
    dissimilarity = checked_dissimilarity(dissimilarity, grouping.tasks, grouping.blocks)
    number = {task: t for t, task in enumerate(grouping.tasks)}
    totals = []
    for block, partition in zip(dissimilarity, grouping.partitions, strict=True):
        members = [[number[task] for task in part] for part in partition]
        totals.append(sum(block[np.ix_(part, part)].max() for part in members) / len(members))
    return math.fsum(totals)


def partition_costs(dissimilarity: np.ndarray) -> np.ndarray:
    """Returns the clustering cost of every partition of the lattice at every block, float64 `[L, P]`.

    The dissimilarity is one of `checked_dissimilarity`.
    """
    partitions = lattice(dissimilarity.shape[1])
    return _largest_within(dissimilarity)[:, partitions.masks].sum(axis=2) / partitions.parts


def checked_dissimilarity(dissimilarity, tasks: Sequence[str], blocks: Sequence[str]) -> np.ndarray:
    """Returns the dissimilarity, 1 - affinity, as float64 `[L, T, T]`, exactly symmetric and not negative."""
    values = np.asarray(dissimilarity, np.float64)
    if values.shape != (len(blocks), len(tasks), len(tasks)):
        raise ValueError(
            f"`dissimilarity` must be [L, T, T] = [{len(blocks)}, {len(tasks)}, {len(tasks)}]. "
            f"Received: shape {values.shape}"
        )
    turned = values.transpose(0, 2, 1)
    for fault, rule in (
        (~np.isfinite(values), "be finite"),
        (values < -_TOLERANCE, "not be negative"),
        (np.abs(values - turned) > _TOLERANCE, "be symmetric"),
        ((np.abs(values) > _TOLERANCE) & np.eye(len(tasks), dtype=bool), "be 0 on the diagonal (1 - affinity)"),
    ):
        if fault.any():
            block, t, u = np.argwhere(fault)[0]
            raise ValueError(
                f"`dissimilarity` must {rule}. Received: {values[block, t, u]} at block {blocks[block]!r}, "
                f"tasks {tasks[t]!r} and {tasks[u]!r}"
            )
    values = np.maximum((values + turned) / 2, 0)
    values[:, np.arange(len(tasks)), np.arange(len(tasks))] = 0
    return values


def _largest_within(dissimilarity: np.ndarray) -> np.ndarray:
    """Returns the largest dissimilarity within each set of tasks, `[L, 2^T]`, bit t of the index being task t."""
    blocks, tasks, _ = dissimilarity.shape
    largest = np.zeros((blocks, 1))
    for t in range(tasks):
        to_others = np.zeros((blocks, 1))  # from task t to each set of the tasks before it
        for u in range(t):
            to_others = np.concatenate([to_others, np.maximum(to_others, dissimilarity[:, t, u, None])], axis=1)
        largest = np.concatenate([largest, np.maximum(largest, to_others)], axis=1)
    return largest
