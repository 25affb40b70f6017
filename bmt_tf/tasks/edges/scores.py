"""Scores of predicted edges against true ones, at all thresholds.

Source: BMTAS, section 4.1 ("optimal dataset F-measure"), by the measure "fb" of the SEISM toolbox, which its authors
used. The assignment of predicted to true pixels has costs of distance too there, but those of a missing partner dwarf
them: the number of pairs is all that counts here.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent import futures

import numpy as np

from bmt_tf.tasks.edges import maps as edge_maps
from bmt_tf.tasks.edges import matching as edge_matching
from bmt_tf.tasks.edges import thinning as edge_thinning

_IGNORED = 255


def edge_ods_f(
    predictions: Sequence[np.ndarray],
    labels: Sequence[np.ndarray],
    *,
    max_distance: float = 0.0075,
    nms: bool = True,
    thin_labels: bool = True,
    workers: int | None = None,
) -> float:
    """Returns the F-measure of edges at the threshold that is best for all images together (ODS-F).

    Predicted maps are truncated to 8 bits, suppressed where they are no maximum, compared with each threshold and
    thinned; a largest matching within a distance says how many predicted and true pixels are right. Numbers of pixels
    are summed over images before precision and recall are taken.

    Args:
        predictions: Edge probabilities per image, floating-point `[H, W]` (0 to 1) or uint8 `[H, W]` (0 to 255).
        labels: uint8 `[H, W]` per image: 1 edge, 0 none, 255 ignored; predictions on ignored pixels do not count.
        max_distance: How far a predicted edge may be from a true one, as a fraction of the image's diagonal. The
            papers: 0.0075 on PASCAL-Context, 0.011 on NYUD-v2.
        nms: True: suppression and SEISM's 101 thresholds, exceeded. False: the variant of later codes, no suppression
            and 99 thresholds, reached.
        thin_labels: Whether labels are thinned first.
        workers: Number of images in work at a time; by default the number of processors.

    Returns:
        The F-measure, 0 to 1; NaN if no image has a labelled pixel.

    Raises:
        ValueError: The numbers of predictions and labels differ.
    """
    if len(predictions) != len(labels):
        raise ValueError(f"`predictions` must be as many as `labels`. Received: {len(predictions)} and {len(labels)}.")
    labelled = [pair for pair in zip(predictions, labels, strict=True) if (np.asarray(pair[1]) != _IGNORED).any()]
    settings = {"max_distance": max_distance, "nms": nms, "thin_labels": thin_labels}
    return best_f(sum(map_edge_counts(labelled, settings, workers))) if labelled else float("nan")


def edge_counts(
    prediction: np.ndarray,
    label: np.ndarray,
    *,
    max_distance: float = 0.0075,
    nms: bool = True,
    thin_labels: bool = True,
) -> np.ndarray:
    """Returns how many edge pixels of one image are matched, true and predicted, int64 `[thresholds, 3]`.

    The arguments are those of `edge_ods_f`.
    """
    prediction, label = np.asarray(prediction), np.asarray(label)
    if prediction.ndim != 2 or prediction.shape != label.shape:
        raise ValueError(
            f"`prediction` and `label` must have one shape [H, W]. Received: {prediction.shape} and {label.shape}."
        )
    if not np.isin(label, (0, 1, _IGNORED)).all():
        raise ValueError(f"`label` must hold 0, 1 and 255 only. Received: {np.unique(label)[:9].tolist()}.")
    if prediction.dtype != np.uint8 and not ((prediction >= 0) & (prediction <= 1)).all():
        raise ValueError(f"`prediction` must be between 0 and 1. Received: {prediction.min()} to {prediction.max()}.")
    count = len(no_counts(nms))
    levels = edge_maps.levels(edge_maps.quantise(prediction), nms)
    predicted = edge_thinning.thin(edge_thinning.pack(levels, count))
    some = predicted.any(axis=-1) & (label != _IGNORED)
    maps = edge_thinning.unpack(predicted[some], count)
    true = label == 1
    if thin_labels:
        true = edge_thinning.thin(edge_thinning.pack(true.astype(np.intp), 1))[..., 0] > 0
    matched = edge_matching.matched_counts(
        maps, np.argwhere(some), np.argwhere(true), max_distance * np.hypot(*label.shape)
    )
    return np.stack([matched, np.full(count, true.sum()), maps.sum(axis=1)], axis=1).astype(np.int64)


def no_counts(nms: bool = True) -> np.ndarray:
    """Returns the `edge_counts` of no image at all, int64 `[thresholds, 3]` of zeros."""
    return np.zeros([len(edge_maps.NMS_THRESHOLDS if nms else edge_maps.PLAIN_THRESHOLDS), 3], np.int64)


def map_edge_counts(
    pairs: Iterable[tuple[np.ndarray, np.ndarray]], settings: dict, workers: int | None = None
) -> list[np.ndarray]:
    """Returns `edge_counts` of several pairs of prediction and label, by default on all processors."""
    with futures.ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return list(pool.map(lambda pair: edge_counts(*pair, **settings), pairs))


def best_f(counts: np.ndarray) -> float:
    """Returns the F-measure, 0 to 1, at the best threshold, from `edge_counts` summed over images.

    It is the largest harmonic mean of precision and recall, which is 2 matched / (true + predicted).
    """
    matched, true, predicted = counts.T
    return float((2 * matched / np.maximum(true + predicted, 1)).max())
