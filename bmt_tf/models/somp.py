"""Which units of a wide layer a thin one starts from: simultaneous orthogonal matching pursuit."""

import numpy as np

_SMALLEST = 1e-12  # share of a row beyond the span of chosen ones that counts as nothing


def chosen_rows(rows: np.ndarray, count: int) -> np.ndarray:
    """Returns the numbers, rising, of rows whose span fits all rows well, found greedily.

    Each time the row is taken for which the norm, over all rows, of its products with what the rows taken before leave
    over is largest for its own length; then all rows are fitted anew. Everything follows from the products of rows with
    each other: what is left over of these is updated as in a Cholesky factorisation.

    Source: Tropp et al., Algorithms for Simultaneous Sparse Approximation, 2006, as used in Lu et al., CVPR 2017
    (published code), which divides by the length of the whole row, not of what is left over of it.

    Args:
        rows: Rows `[n, d]`.
        count: How many to take, 1 to n.
    """
    rows = np.asarray(rows, np.float64)
    if not 1 <= count <= len(rows):
        raise ValueError(f"`count` must be 1 to the number of rows, {len(rows)}. Received: count={count}.")
    if count == len(rows):
        return np.arange(count)
    left = rows @ rows.T  # products of what is left over of two rows
    squares = left.diagonal().copy()
    lengths = np.sqrt(np.maximum(squares, np.finfo(np.float64).tiny))
    free = np.ones(len(rows), bool)
    for _ in range(count):
        scores = np.where(free, np.linalg.norm(left, axis=0) / lengths, -1.0)
        best = int(scores.argmax())
        free[best] = False
        if left[best, best] > _SMALLEST * squares[best]:
            direction = left[:, best] / np.sqrt(left[best, best])
            left -= np.outer(direction, direction)
    return np.flatnonzero(~free)


def narrowed(layers: list[tuple[np.ndarray, np.ndarray]], widths: list[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Returns the kernels and biases of a thin network that starts from a wide one, layer by layer from the image on.

    A layer keeps the units that `chosen_rows` takes, as they are, and of their inputs those that the layer below has
    kept; a layer that is not narrowed keeps all of its own.

    Args:
        layers: Kernels `[h, w, C, F]` and biases `[F]` of convolutions, each over what the one before gives.
        widths: How many units each is to keep.
    """
    found, kept = [], None
    for (kernel, bias), width in zip(layers, widths, strict=True):
        seen = kernel if kept is None else kernel[:, :, kept]
        if width == kernel.shape[-1]:
            kept = np.arange(width)
        else:
            kept = chosen_rows(seen.reshape(-1, kernel.shape[-1]).T, width)
        found.append((seen[..., kept], bias[kept]))
    return found
