"""Spectral clustering of many small affinity matrices at once. Source: Ng, Jordan and Weiss, NIPS 2001."""

import numpy as np

_RESTARTS, _ITERATIONS = 3, 20


def spectral_vectors(affinity: np.ndarray) -> np.ndarray:
    """Returns the eigenvectors `[S, n, n]` of the normalised affinity matrices, those of the largest eigenvalues first.

    The first `m` columns embed the `n` items for `m` groups. Affinities `[S, n, n]` are symmetric, not negative, and
    above 0 on the diagonal.
    """
    scale = 1 / np.sqrt(affinity.sum(axis=2))
    _, vectors = np.linalg.eigh(affinity * scale[:, :, None] * scale[:, None, :])
    return vectors[:, :, ::-1]


def spectral_groups(vectors: np.ndarray, groups: int, random: np.random.Generator) -> np.ndarray:
    """Returns int64 `[S, n]`, the group of each item, by k-means on their embedding by `spectral_vectors`.

    There are at most `n` groups; an empty one may come out.
    """
    points = vectors[:, :, :groups]
    points = points / np.maximum(np.linalg.norm(points, axis=2, keepdims=True), 1e-12)
    points = np.repeat(points, _RESTARTS, axis=0)
    centres = _first_centres(points, groups, random)
    labels = None
    for _ in range(_ITERATIONS):
        closeness = points @ centres.transpose(0, 2, 1) - 0.5 * (centres**2).sum(axis=2)[:, None, :]
        previous, labels = labels, closeness.argmax(axis=2)
        if previous is not None and (labels == previous).all():
            break
        members = (labels[:, :, None] == np.arange(groups)).astype(np.float64)
        sizes = members.sum(axis=1)[:, :, None]
        centres = np.where(sizes > 0, members.transpose(0, 2, 1) @ points / np.maximum(sizes, 1), centres)
    spread = -closeness.max(axis=2).sum(axis=1).reshape(-1, _RESTARTS)  # squared distances but for a constant
    return labels.reshape(len(vectors), _RESTARTS, -1)[np.arange(len(vectors)), spread.argmin(axis=1)]


def _first_centres(points: np.ndarray, groups: int, random: np.random.Generator) -> np.ndarray:
    """Returns `[S, groups, d]` points: one at random, then each time the one most orthogonal to those chosen."""
    rows = np.arange(len(points))
    chosen = [points[rows, random.integers(points.shape[1], size=len(points))]]
    likeness = np.full(points.shape[:2], -np.inf)
    for _ in range(groups - 1):
        likeness = np.maximum(likeness, (points @ chosen[-1][:, :, None])[:, :, 0])
        chosen.append(points[rows, likeness.argmin(axis=1)])
    return np.stack(chosen, axis=1)
