"""The best outputs of a network that knows the labels' distribution and does not look at the image.

All take labelled elements `[n, channels]` of many labels (NaN where a channel of an image's label is unknown), the
number of the head's channels, and whether there is a label per pixel; all return outputs `[channels]`.
"""

import numpy as np

_CERTAIN = 20.0  # a logit whose sigmoid is 1 for every threshold
_DIRECTIONS = 300


def most_frequent(values: np.ndarray, channels: int, dense: bool) -> np.ndarray:
    return np.bincount(values[:, 0].astype(int), minlength=channels)


def all_or_majority(values: np.ndarray, channels: int, dense: bool) -> np.ndarray:
    """Everything in maps, whose measures choose their threshold; else the commoner value of each channel."""
    if dense:
        return np.full(channels, _CERTAIN)
    return np.where(np.nanmean(values, axis=0) > 0.5, _CERTAIN, -_CERTAIN)


def mean(values: np.ndarray, channels: int, dense: bool) -> np.ndarray:
    return values.mean(axis=0)


def median(values: np.ndarray, channels: int, dense: bool) -> np.ndarray:
    """Has the least mean absolute difference, as `mean` has the least mean square."""
    return np.median(values, axis=0)


def central_direction(values: np.ndarray, channels: int, dense: bool) -> np.ndarray:
    """Of some hundred vectors that occur, the one with the least mean angle to the others."""
    rng = np.random.default_rng(0)
    candidates = np.concatenate([rng.choice(values, _DIRECTIONS), values.mean(axis=0, keepdims=True)])
    candidates /= np.linalg.norm(candidates, axis=1, keepdims=True)
    cosines = np.clip(candidates @ rng.choice(values, 20 * _DIRECTIONS).T, -1, 1)
    return candidates[np.arccos(cosines).mean(axis=1).argmin()]


def log_mean(values: np.ndarray, channels: int, dense: bool) -> np.ndarray:
    return np.log(values.mean(axis=0) + 1e-9)
