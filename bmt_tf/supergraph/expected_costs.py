"""The expected cost of the tree that a routing distribution gives, with its gradient.

Tasks in S share blocks 0..l with probability Q_l(S), the product over i <= l of q_i(S), where q_i(S) = sum over j of
the product over t in S of p[i, t, j]. From these the expected number of parts at block l follows by
inclusion-exclusion: the sum over non-empty S of (-1)^(|S| + 1) Q_l(S). Its 2^T terms are cheap up to 16 tasks; beyond,
it is estimated.
"""

import functools

import numpy as np
import tensorflow as tf

from bmt_tf.costs.table import CostTable
from bmt_tf.supergraph.gumbel import gumbel_noise

EXACT_TASKS = 16
DRAWS = 8


def is_exact(tasks: int) -> bool:
    """Returns whether the expected cost of so many tasks is exact, rather than an unbiased estimate.

    Args:
        tasks: Number of tasks, T.

    Returns:
        True up to 16 tasks.
    """
    return tasks <= EXACT_TASKS


def expected_cost(probs: tf.Tensor, table: CostTable, seed: tf.Tensor | None = None) -> tf.Tensor:
    """Returns the expectation of `table.cost(grouping)` over the trees of independently sampled routings.

    Source: BMTAS, sec. 3.3, eq. 5, with exact probabilities (see `expected_branches`).

    Args:
        probs: `[L, T, J]`, as in `expected_branches`; blocks and tasks in the order of the table.
        table: What a tree costs.
        seed: As in `expected_branches`.

    Returns:
        float64 scalar in the unit of the table, stem and heads included.

    Raises:
        ValueError: `probs` and `table` differ in the number of blocks or tasks.
    """
    shape = tf.convert_to_tensor(probs).shape
    if shape[:2] != (len(table.blocks), len(table.heads)):
        raise ValueError(
            f"`probs` must have the {len(table.blocks)} blocks and {len(table.heads)} tasks of `table`. "
            f"Received: probs of shape {shape}."
        )
    per_block = tf.constant(list(table.blocks.values()), tf.float64)
    return table.stem + tf.tensordot(per_block, expected_branches(probs, seed), 1) + sum(table.heads.values())


def expected_branches(probs: tf.Tensor, seed: tf.Tensor | None = None) -> tf.Tensor:
    """Returns the expected number of parts of every block's partition when each task samples a candidate per block.

    Source: BMTAS, sec. 3.3, in place of eq. 6. That recursion takes tasks to be grouped as k at block l only where the
    sample of block l itself says k; but an earlier block may have parted what block l's sample joins. It books the
    missing cases as all separate, so it is exact for the first block and for two tasks, and too high elsewhere.

    Args:
        probs: Floating-point `[L, T, J]` of static shape, probabilities that sum to 1 over the candidates.
        seed: int `[2]`; needed beyond 16 tasks, where the result is an unbiased estimate, and so is its gradient.

    Returns:
        float64 `[L]`, each in [1, T].

    Raises:
        ValueError: The shape is not known or not of three axes, or a seed is needed and not given.
    """
    probs = tf.cast(probs, tf.float64)
    if probs.shape.rank != 3 or not probs.shape.is_fully_defined():
        raise ValueError(f"`probs` must be [blocks, tasks, candidates] of static shape. Received: shape={probs.shape}.")
    if is_exact(probs.shape[1]):
        return _exact_branches(probs)
    if seed is None:
        raise ValueError(
            f"`seed` must be given beyond {EXACT_TASKS} tasks, where the expected cost is sampled. "
            f"Received: seed=None for {probs.shape[1]} tasks."
        )
    return _sampled_branches(probs, seed)


def _exact_branches(probs: tf.Tensor) -> tf.Tensor:
    """Returns float64 `[L]` by inclusion-exclusion over non-empty subsets of tasks.

    A subset is one of the first half of the tasks with one of the second: q of all subsets is a matrix product of the
    halves' products, so that nothing larger than `[L, 2^T]` is ever held.
    """
    blocks, tasks, _ = probs.shape
    first, second = _subset_products(probs[:, : tasks // 2]), _subset_products(probs[:, tasks // 2 :])
    shared = tf.reshape(tf.matmul(first, second, transpose_a=True), [blocks, -1])[:, 1:]
    signs = -functools.reduce(np.kron, [[1.0, -1.0]] * tasks, np.ones(1))[1:]
    return tf.linalg.matvec(_running_products(shared), tf.constant(signs))


def _subset_products(probs: tf.Tensor) -> tf.Tensor:
    """Returns `[L, J, 2^t]`: the products of p over every subset of the t tasks of `probs` `[L, t, J]`, by doubling."""
    blocks, tasks, candidates = probs.shape
    products = tf.ones([blocks, candidates, 1], probs.dtype)
    for task in range(tasks):
        products = tf.concat([products, products * probs[:, task, :, None]], axis=-1)
    return products


def _running_products(values: tf.Tensor) -> tf.Tensor:
    """Returns the cumulative products over the first axis; unlike tf.math.cumprod's, the gradient is right at zeros."""
    rows = tf.unstack(values)
    for number in range(1, len(rows)):
        rows[number] = rows[number - 1] * rows[number]
    return tf.stack(rows)


def _sampled_branches(probs: tf.Tensor, seed: tf.Tensor, draws: int = DRAWS, control: bool = True) -> tf.Tensor:
    """Returns an unbiased estimate `[L]` of the exact value, with an unbiased gradient.

    The expectation is the sum over candidate paths of f = the probability that any task takes the path. Every task
    draws a path, of which P_u is task u's probability; the estimate is the sum of f / sum over u of P_u. For the
    gradient paths and denominators are held constant, and the sum of P_u, which over all paths is the constant T, is
    taken from f: without this control term the gradient is unbiased still, but many times noisier.
    """
    scores = tf.math.log(tf.stop_gradient(probs))
    noise = gumbel_noise([draws, *probs.shape], seed, probs.dtype)
    path = tf.one_hot(tf.argmax(scores + noise, axis=-1), probs.shape[2], axis=-1, dtype=probs.dtype)  # [D, L, T, J]
    # [L, D, s, u]: probability that task u takes, up to block l, the path that task s drew.
    taken = _running_products(tf.einsum("dlsj,luj->ldsu", path, probs))
    total = tf.reduce_sum(taken, axis=-1)
    found = _probability_of_any(taken)
    if control:
        found -= total - tf.stop_gradient(total)
    return tf.reduce_mean(tf.reduce_sum(found / tf.stop_gradient(total), axis=-1), axis=-1)


def _probability_of_any(probs: tf.Tensor) -> tf.Tensor:
    """Returns 1 - product of (1 - p) over the last axis, pairwise: tiny p keep their digits, p = 1 its gradient."""
    while probs.shape[-1] > 1:
        half = probs.shape[-1] // 2
        one, other, left = probs[..., :half], probs[..., half : 2 * half], probs[..., 2 * half :]
        probs = tf.concat([one + other * (1.0 - one), left], axis=-1)
    return probs[..., 0]
