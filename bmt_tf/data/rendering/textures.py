"""Patterns on surfaces."""

import numpy as np

PATTERNS = ("plain", "stripes", "checks", "bricks", "planks", "dots", "clouds", "grain")


def lattice_noise(i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Returns one random number in 0..1 per cell of a grid, float32 `[N]`, the same for the same row and column."""
    mixed = i.astype(np.uint32) * np.uint32(374761393) + j.astype(np.uint32) * np.uint32(668265263)
    mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(1274126177)
    return ((mixed ^ (mixed >> np.uint32(16))) >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)


def smooth_noise(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Returns noise in 0..1, float32 `[N]`, interpolated between the corners of a grid of unit cells."""
    i, j = np.floor(u), np.floor(v)
    a, b = u - i, v - j
    a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
    i, j = i.astype(np.int32), j.astype(np.int32)
    low = lattice_noise(i, j) * (1 - a) + lattice_noise(i + 1, j) * a
    high = lattice_noise(i, j + 1) * (1 - a) + lattice_noise(i + 1, j + 1) * a
    return low * (1 - b) + high * b


def pattern_mix(pattern: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Returns how far each point's colour is from the first to the second of its paint, float32 `[N]` in 0..1.

    Points have the index of their pattern in `PATTERNS`, and a position on the surface in periods of the pattern.
    """
    mix = np.zeros(u.shape, np.float32)
    for number, name in enumerate(PATTERNS):
        where = np.flatnonzero(pattern == number)
        if where.size:
            mix[where] = _MIXES[name](u[where], v[where])
    return mix


def _tiles(u, v, size, joint, spread):
    """Tiles of `size` by 1 in a running bond, with dark joints and a shade each."""
    row = np.floor(v)
    column = u / size + 0.5 * (row % 2)
    shade = spread * lattice_noise(np.floor(column).astype(np.int32), row.astype(np.int32))
    in_joint = (v - row < joint) | (column - np.floor(column) < joint / size)
    return np.where(in_joint, np.float32(1), shade)


_MIXES = {
    "plain": lambda u, v: np.float32(0),
    "stripes": lambda u, v: (u - np.floor(u) < 0.4).astype(np.float32),
    "checks": lambda u, v: (np.floor(u) + np.floor(v)) % 2,
    "bricks": lambda u, v: _tiles(u, v, 2.0, 0.12, 0.5),
    "planks": lambda u, v: _tiles(v, u, 6.0, 0.05, 0.8),
    "dots": lambda u, v: ((u - np.floor(u) - 0.5) ** 2 + (v - np.floor(v) - 0.5) ** 2 < 0.09).astype(np.float32),
    "clouds": lambda u, v: 0.65 * smooth_noise(u, v) + 0.35 * smooth_noise(2.3 * u + 7, 2.3 * v),
    "grain": lambda u, v: smooth_noise(4 * u, 0.4 * v),
}
