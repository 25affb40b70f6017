"""The most likely trees of a finished differentiable search, at every cost."""

from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.search.beam_engine import beam_trees
from bmt_tf.search.front_engine import check_enumerable, lattice, tree_front
from bmt_tf.search.points import TreePoint

_FLOOR = 1e-12  # least probability of a part, so that no tree is impossible


def likely_front(probs: np.ndarray, tasks: Sequence[str], table: CostTable) -> tuple[TreePoint, ...]:
    """Returns all trees that no other tree beats in cost and likelihood, so that one search serves any budget.

    The score is the negative log-likelihood: at each block the probability that the samples of routing keep every part
    together, the parts taken as independent. It falls as parts split. The tree of the argmax routing need not be among
    the points. (Beyond the papers; the argmax of BMTAS, sec. 3.2, is not replaced by it.)

    Args:
        probs: `[L, T, J]`, for each block and task the probabilities of its candidates, in the order of the table's
            blocks and of `tasks`.
        tasks: Names of the `T` tasks, at most 8.
        table: Costs of stem, blocks and heads, as from `cost_table`.

    Returns:
        Points by rising cost, in the unit of the table, and falling score.

    Raises:
        ValueError: `probs` is of another shape, or not a distribution over candidates.
    """
    check_enumerable(tasks)
    return tree_front(_partition_scores(_checked(probs, tasks, table)), tasks, table)


def likely_beam_front(
    probs: np.ndarray, tasks: Sequence[str], table: CostTable, width: int = 10, seed: int = 0
) -> tuple[TreePoint, ...]:
    """Returns likely trees at every cost, for any number of tasks; for up to 8 tasks `likely_front` finds the best.

    The search is that of `beam_trees`; two branches are alike as far as samples that keep each of them together keep
    them together with one another. (Beyond the papers.)

    Args:
        probs: `[L, T, J]`, as for `likely_front`.
        tasks, table, width, seed: As for `beam_front`.

    Returns:
        Points by rising cost, in the unit of the table, and falling score, that of `tree_surprise`.
    """
    probs = _checked(probs, tasks, table)
    blocks = [_Surprises(block) for block in probs]
    return beam_trees(blocks, lambda tree: tree_surprise(probs, tree), tasks, table, width, seed)


def _checked(probs: np.ndarray, tasks: Sequence[str], table: CostTable) -> np.ndarray:
    """Returns the probabilities in float64, summing to 1 over the candidates."""
    table.check(tasks)
    probs = np.asarray(probs, np.float64)
    if probs.ndim != 3 or probs.shape[:2] != (len(table.blocks), len(tasks)):
        raise ValueError(
            f"`probs` must be [L, T, J] = [{len(table.blocks)}, {len(tasks)}, J]. Received: shape {probs.shape}"
        )
    wrong = ~((probs >= 0).all(axis=2) & (np.abs(probs.sum(axis=2) - 1) < 1e-3))
    if wrong.any():
        block, task = np.argwhere(wrong)[0]
        raise ValueError(
            f"`probs` must be probabilities that sum to 1 over candidates. Received: {probs[block, task].tolist()} at "
            f"block {list(table.blocks)[block]!r}, task {tasks[task]!r}"
        )
    return probs / probs.sum(axis=2, keepdims=True)


def tree_surprise(probs: np.ndarray, grouping: Grouping) -> float:
    """Returns the score that `likely_front` gives a tree, on the front or not.

    Args:
        probs: `[L, T, J]`, probabilities of the candidates, in the order of the grouping's blocks and tasks.
        grouping: The tree, of L blocks and T tasks.

    Returns:
        The negative log-likelihood, in nats; less is likelier.
    """
    surprise = 0.0
    for block, partition in zip(np.asarray(probs, np.float64), grouping.partitions, strict=True):
        for part in partition:
            together = block[[grouping.tasks.index(task) for task in part]].prod(axis=0).sum()
            surprise -= np.log(np.clip(together, _FLOOR, 1))
    return float(surprise)


def _partition_scores(probs: np.ndarray) -> np.ndarray:
    """Returns the negative log-likelihood of every partition of the lattice at every block, `[L, P]`."""
    together = np.ones((len(probs), 1, probs.shape[2]))
    for t in range(probs.shape[1]):
        together = np.concatenate([together, together * probs[:, t, None, :]], axis=1)  # [L, 2^(t+1), J]
    surprise = -np.log(np.clip(together.sum(axis=2), _FLOOR, 1))
    surprise[:, 0] = 0  # the empty set
    return surprise[:, lattice(probs.shape[1]).masks].sum(axis=2)


class _Surprises:
    """Partitions score by the negative log-likelihood that every part is kept together; it adds up over parts."""

    def __init__(self, probs: np.ndarray):
        self._logs = np.log(np.maximum(probs, np.finfo(np.float64).tiny))

    def of(self, labels: np.ndarray) -> np.ndarray:
        members = (labels[:, :, None] == np.arange(labels.max() + 1)).astype(np.float64)
        return members.transpose(0, 2, 1) @ self._logs  # [n, m, J], of every part in each candidate

    def joined(self, parts: np.ndarray) -> np.ndarray:
        joined = _surprise(parts[:, :, None] + parts[:, None])
        np.einsum("nii->ni", joined)[:] = _surprise(parts)
        return joined

    def of_groups(self, parts: np.ndarray, groups: np.ndarray) -> np.ndarray:
        members = (groups[:, :, None] == np.arange(groups.max() + 1)).astype(np.float64)
        return _surprise(members.transpose(0, 2, 1) @ parts).sum(axis=1)  # 0 of an empty group

    def affinity(self, parts: np.ndarray) -> np.ndarray:
        joined, alone = self.joined(parts), _surprise(parts)
        affinity = np.minimum(np.exp(alone[:, :, None] + alone[:, None] - joined), 1)
        np.einsum("nii->ni", affinity)[:] = 1
        return affinity

    def score(self, sums: np.ndarray, count: int) -> np.ndarray:
        return sums


def _surprise(logs: np.ndarray) -> np.ndarray:
    """Returns the negative log of the summed probabilities `[..., J]`, which are given by their logs."""
    return -np.log(np.clip(np.exp(logs).sum(axis=-1), _FLOOR, 1))
