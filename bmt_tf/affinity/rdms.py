"""Representational dissimilarity matrices (RDMs), from features at hand or passing by in slices."""

from collections.abc import Iterable, Sequence

import numpy as np

# Features of one image, computed twice in float32, are as near as this to a correlation of 1: what is nearer is
# rounding, and its order means nothing.
_SAME, _SAME_FLOAT64 = 1e-10, 1e-13
CHUNK_BYTES = 32 * 2**20  # of one float64 slice


def rdm(features: np.ndarray, where: str = "", images: Sequence[str] = ()) -> np.ndarray:
    """Returns the representational dissimilarity matrix of one location of one network.

    Entry (i, k) is 1 minus the Pearson correlation of the features of images i and k; below 1e-10 (float64: 1e-13)
    it is 0, as the images are the same but for rounding.
    Source: BMN, sec. 3.1.

    Args:
        features: `[K, F]` real numbers of any type, a flattened feature vector for each image.
        where: Task and location, for error messages, such as "task 'depth', block 'aspp'".
        images: K names of images for error messages; default: their numbers.

    Returns:
        float64 `[K, K]` in [0, 2], symmetric, with zeros on the diagonal.
    """
    features = np.atleast_2d(features)
    width = chunk_width(len(features))
    chunks = (features[:, start : start + width] for start in range(0, features.shape[1], width))
    return rdm_from_chunks(chunks, where, images)


def rdm_from_chunks(chunks: Iterable[np.ndarray], where: str = "", images: Sequence[str] = ()) -> np.ndarray:
    """Returns the same as `rdm` for features that come in slices, in one pass and as exactly.

    Means and co-moments of the slices seen so far are kept and merged with those of the next slice; since every slice
    is centred before it is multiplied, features far from zero lose no digits.
    Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.

    Args:
        chunks: Arrays `[K, f]`, each holding some features of all images; f may differ.
        where: As in `rdm`.
        images: As in `rdm`.

    Returns:
        float64 `[K, K]` in [0, 2], symmetric, with zeros on the diagonal.

    Raises:
        ValueError: There is no slice, slices differ in the number of images, or an image's features are constant or not
            finite.
    """
    count, shift, mean, moments, same = 0, None, None, None, _SAME_FLOAT64
    for chunk in chunks:
        if shift is None:
            # Measured from its first feature a constant vector is exactly zero, whatever its value.
            shift = np.array(chunk[:, :1], np.float64)
            mean, moments = np.zeros_like(shift), np.zeros((len(shift), len(shift)))
        if len(chunk) != len(shift):
            raise ValueError(
                f"`chunks` must all hold the same images{_at(where)}. Received: {len(chunk)} after {len(shift)} images."
            )
        same = same if chunk.dtype == np.float64 else _SAME
        chunk = np.array(chunk, np.float64)
        chunk -= shift
        chunk_mean = chunk.mean(axis=1, keepdims=True)
        chunk -= chunk_mean
        step = chunk_mean - mean
        total = count + chunk.shape[1]
        moments += chunk @ chunk.T + step @ step.T * (count * chunk.shape[1] / total)
        mean += step * (chunk.shape[1] / total)
        count = total
    if moments is None:
        raise ValueError(f"`chunks` must hold at least one slice of features{_at(where)}. Received: none.")
    return _from_moments(moments, same, where, images)


def chunk_width(images: int) -> int:
    """Returns how many features of so many images make a slice of about `CHUNK_BYTES` in float64; at least 1."""
    return max(1, CHUNK_BYTES // (8 * max(1, images)))


def _from_moments(moments: np.ndarray, same: float, where: str, images: Sequence[str]) -> np.ndarray:
    """Returns 1 minus the correlations that belong to the co-moments `[K, K]`."""
    power = np.diagonal(moments)
    faults = ((~np.isfinite(power), "values that are not finite"), (power <= 0, "the same value everywhere"))
    for wrong, fault in faults:
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            name = repr(images[first]) if len(images) else f"number {first}"
            raise ValueError(
                f"`features` of every image must be finite and not all equal{_at(where)}, or they have no correlation. "
                f"Received: {fault} for image {name} ({int(wrong.sum())} such images)."
            )
    length = np.sqrt(power)
    distance = 1.0 - np.clip(moments / np.outer(length, length), -1.0, 1.0)
    distance[distance < same] = 0.0
    np.fill_diagonal(distance, 0.0)
    return distance


def _at(where: str) -> str:
    return f" at {where}" if where else ""
