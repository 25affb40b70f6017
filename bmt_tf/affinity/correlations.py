"""Affinity of tasks: rank correlation of their RDMs, and how sure it is, by a bootstrap over images."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import stats

from bmt_tf.grouping import Grouping


def affinity(rdms: Iterable[np.ndarray], tasks: Sequence[str] = (), blocks: Sequence[str] = ()) -> np.ndarray:
    """Returns the affinity of every pair of tasks at every block.

    It is Spearman's correlation (average ranks) of the strict upper triangles of the two tasks' RDMs.
    Source: BMN, sec. 3.1.

    Args:
        rdms: `[T, L, K, K]` of the same K >= 3 images for every task; or T arrays `[L, K, K]` one after another, of
            which one at a time is held: what is kept of them is the order of their entries, 2 T L K (K - 1) bytes.
        tasks: T names for error messages.
        blocks: L names for error messages.

    Returns:
        float64 `[L, T, T]` in [-1, 1], symmetric, with ones on the diagonal.
    """
    order, images = _orders(rdms, blocks)
    return _affinities(order, np.ones((1, images), np.int64), tasks, blocks)[0]


def bootstrap_affinity(
    rdms: Iterable[np.ndarray], replicates: int, seed: int, tasks: Sequence[str] = (), blocks: Sequence[str] = ()
) -> np.ndarray:
    """Returns the affinities that images drawn anew, with replacement, would have given.

    Pairs of an image with its own copy are left out: being 0 in every RDM they would inflate the correlation. A draw of
    fewer than 3 different images has no correlation, and is repeated.

    Args:
        rdms: As in `affinity`.
        replicates: Number of draws, R, at least 1.
        seed: Seed of the draws.
        tasks: As in `affinity`.
        blocks: As in `affinity`.

    Returns:
        float64 `[R, L, T, T]`.

    Raises:
        ValueError: `replicates` is below 1.
    """
    if replicates < 1:
        raise ValueError(f"`replicates` must be at least 1. Received: replicates={replicates}.")
    order, images = _orders(rdms, blocks)
    random = np.random.default_rng(seed)
    draws = []
    while len(draws) < replicates:
        draw = random.multinomial(images, np.full(images, 1 / images))
        if np.count_nonzero(draw) >= 3:
            draws.append(draw)
    return _affinities(order, draws, tasks, blocks)


def pairs_together(affinities: np.ndarray, choose: Callable[[np.ndarray], Grouping]) -> np.ndarray:
    """Returns how often each pair of tasks shares each block in the trees that replicate affinities lead to.

    Args:
        affinities: `[R, L, T, T]` as from `bootstrap_affinity`.
        choose: Affinity `[L, T, T]` -> the tree chosen for it, on L blocks and T tasks.

    Returns:
        float64 `[L, T, T]` in [0, 1], ones on the diagonal: 1 means together in every replicate.
    """
    together = np.zeros(np.shape(affinities)[1:])
    for replicate in affinities:
        part = choose(replicate).routing()
        together += part[:, :, None] == part[:, None, :]
    return together / len(affinities)


def _orders(rdms: Iterable[np.ndarray], blocks: Sequence[str]) -> tuple[np.ndarray, int]:
    """Returns `[T, L, K (K - 1) / 2]`, which numbers the different entries of each upper triangle by size, and K."""
    found, shape = [], None
    for one in rdms:
        one = np.asarray(one)
        if one.ndim != 3 or one.shape[-1] != one.shape[-2] or one.shape[-1] < 3 or (shape or one.shape) != one.shape:
            raise ValueError(
                f"`rdms` must be [tasks, blocks, images, images] of at least 3 images. Received: shape={one.shape} of "
                f"task number {len(found)}."
            )
        shape = one.shape
        values = one[:, *np.triu_indices(shape[-1], 1)]
        faulty = np.flatnonzero(~np.isfinite(values).all(axis=1))
        if len(faulty):
            raise ValueError(
                f"`rdms` must be finite. Received: {values[faulty[0]].min()} at block {_name(blocks, faulty[0])}."
            )
        found.append(stats.rankdata(values, method="dense", axis=1).astype(np.int32))
    if not found:
        raise ValueError("`rdms` must be those of at least one task. Received: none.")
    return np.stack(found), shape[-1]


def _affinities(orders: np.ndarray, draws: Sequence[np.ndarray], tasks: Sequence[str], blocks: Sequence[str]):
    """Returns `[R, L, T, T]`, the affinities for R draws `[K]` that say how often each image counts."""
    first, second = np.triu_indices(len(draws[0]), 1)
    result = np.empty((len(draws), orders.shape[1], len(orders), len(orders)))
    for block in range(orders.shape[1]):
        order = orders[:, block]
        for r, draw in enumerate(draws):
            times = draw[first] * draw[second]
            kept = np.flatnonzero(times)
            ranks = np.stack([_average_ranks(row[kept], times[kept]) for row in order])
            ranks *= np.sqrt(times[kept])
            length = np.linalg.norm(ranks, axis=1, keepdims=True)
            if not length.all():
                task = _name(tasks, int(np.argmin(length)))
                raise ValueError(
                    f"`rdms` must not be the same for all pairs of images, or they have no rank correlation. "
                    f"Received: equal entries for task {task} at block {_name(blocks, block)}."
                )
            ranks /= length
            result[r, block] = np.clip(ranks @ ranks.T, -1.0, 1.0)
            np.fill_diagonal(result[r, block], 1.0)
    return result


def _average_ranks(order: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Returns the average ranks, less their mean, of values of which the i-th occurs `times[i]` times.

    `order` numbers the different values by size; so values are sorted once, not once for each draw of a bootstrap.
    """
    sizes = np.bincount(order, weights=times)
    ranks = np.cumsum(sizes) - (sizes - 1) / 2
    return ranks[order] - (times.sum() + 1) / 2


def _name(names: Sequence[str], number: int) -> str:
    return repr(names[number]) if len(names) else f"number {number}"
