"""Whether a SavedModel predicts, and scores, what the checkpoint it was made from does."""

import math
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.data.source import Source
from bmt_tf.export.serving import INPUT
from bmt_tf.models.load_size import at_loaded_size
from bmt_tf.models.own_size import at_own_size, traced
from bmt_tf.runs.scoring import score
from bmt_tf.tasks import Task

# Share of the pixels (or image-level predictions) of a task that may differ by more than the tolerance: classes whose
# logits tie and vectors near zero turn on the last bit.
ALLOWED_SHARE = 1e-3
SCORE_TOLERANCE = 0.01  # relative difference of two scores that counts as none

Outputs = Callable[[tf.Tensor], dict[str, tf.Tensor]]


def compare(
    saved_model: str,
    model: keras.Model,
    tasks: Sequence[Task],
    source: Source,
    indices: Sequence[int],
    *,
    stride: int,
    serve_size: tuple[int, ...] | None = None,
    load_size: tuple[int, ...] = (),
    tolerance: float = 1e-3,
) -> dict[str, Any]:
    """Compares a SavedModel, loaded anew, with the network that it was made from, on photographs with labels.

    Predictions of all endpoints are held against the network's, and the scores of `serve` against those that evaluation
    gives the network; both must be alike, or it is a RuntimeError. Where images are resized inside to another size than
    the run loads them at, scores may differ as they like.

    Args:
        saved_model: Its directory.
        model: The network.
        tasks: Its tasks.
        source: A split of any sizes.
        indices: Numbers of the photographs.
        stride: That of the network's encoder.
        serve_size: Height and width, or shorter side, in pixels, to which images are resized inside.
        load_size: Those at which the run loads images; the photographs of `source` are as they are stored.
        tolerance: Largest difference that counts as none, in the unit of the predictions (probability, metres,
            component of a vector); another class always counts.

    Returns:
        `differing_share`: by task the share of elements, over all photographs, that differ, at most `ALLOWED_SHARE`.
        `scores`: by task the measure and its value for `served` and `checkpoint`, for kinds whose predictions can be
        scored; None where no photograph has a label.
    """
    with files.pattern_free(saved_model) as plain:
        loaded = tf.saved_model.load(plain)  # Kept: a signature does not keep the variables that it reads.
    where = os.path.basename(saved_model)
    outputs_of = traced(at_own_size(model, stride))
    photographs = (source[int(index)]["image"] for index in indices)
    shares = _differing_shares(loaded, outputs_of, tasks, photographs, tolerance, serve_size)
    wrong = {name: share for name, share in shares.items() if share > ALLOWED_SHARE}
    if wrong:
        raise RuntimeError(
            f"The SavedModel must predict what the checkpoint predicts: at most {ALLOWED_SHARE:.1%} of a task's "
            f"elements may differ by more than {tolerance}. Received: "
            + ", ".join(f"{share:.2%} for task {name!r}" for name, share in wrong.items())
            + f" in {where}."
        )
    evaluated = at_loaded_size(outputs_of, load_size, tasks) if load_size else outputs_of
    scores = _scores(loaded, evaluated, tasks, source, indices)
    unlike = {} if (serve_size or ()) != load_size else {name: row for name, row in scores.items() if not _alike(row)}
    if unlike:
        raise RuntimeError(
            f"The SavedModel must score what evaluation gives the checkpoint, within {SCORE_TOLERANCE:.0%}. Received: "
            f"{unlike} in {where}."
        )
    return {"differing_share": shares, "scores": scores}


def _differing_shares(
    loaded, outputs_of: Outputs, tasks: Sequence[Task], images: Iterable[np.ndarray], tolerance: float, serve_size
) -> dict[str, float]:
    endpoints = [loaded.signatures[name] for name in ("serving_default", *(task.name for task in tasks))]
    differing = {task.name: [] for task in tasks}
    for image in images:
        wanted = reference_predictions(outputs_of, tasks, image, serve_size)
        for endpoint in endpoints:
            for name, served in endpoint(**{INPUT.name: tf.constant(image[None])}).items():
                differing[name].append(_differing(served.numpy(), wanted[name], tolerance).ravel())
    return {name: float(np.concatenate(parts).mean()) for name, parts in differing.items()}


def _scores(
    loaded, outputs_of: Outputs, tasks: Sequence[Task], source: Source, indices: Sequence[int]
) -> dict[str, dict[str, Any]]:
    tasks = [task for task in tasks if task.kind.activation.encode is not None]

    def served(images: tf.Tensor, training: bool) -> dict[str, tf.Tensor]:
        predictions = loaded.signatures["serving_default"](**{INPUT.name: tf.cast(images, INPUT.dtype)})
        return {task.name: task.kind.activation.encode(predictions[task.name], task.channels) for task in tasks}

    def checkpoint(images: tf.Tensor, training: bool) -> dict[str, tf.Tensor]:
        return outputs_of(images)

    # Both bring photographs up to the stride themselves.
    found = {
        side.__name__: score(side, source, tasks, stride=1, batch_size=1, indices=indices)
        for side in (served, checkpoint)
    }
    return {
        task.name: {"measure": task.measure_name} | {side: rows[task.name]["value"] for side, rows in found.items()}
        for task in tasks
    }


def _alike(row: dict[str, Any]) -> bool:
    served, checkpoint = row["served"], row["checkpoint"]
    if served is None or checkpoint is None:
        return served is checkpoint
    return math.isclose(served, checkpoint, rel_tol=SCORE_TOLERANCE, abs_tol=SCORE_TOLERANCE / 10)


def reference_predictions(
    outputs_of: Outputs,
    tasks: Sequence[Task],
    image: np.ndarray,
    serve_size: tuple[int, ...] | None = None,
) -> dict[str, np.ndarray]:
    """Returns the predictions of the network itself for one photograph, without the serving function.

    The photograph is uint8 `[H, W, 3]`, the network as evaluation runs it (`at_own_size`, as one graph: in bfloat16,
    single operations would round otherwise). What comes back has the form of `Task.decode`, for a batch of one.
    """
    if serve_size is not None:
        outputs_of = at_loaded_size(outputs_of, serve_size, tasks)
    outputs = outputs_of(tf.cast(image[None], tf.float32))
    return {task.name: task.decode(outputs[task.name]).numpy() for task in tasks}


def _differing(served: np.ndarray, wanted: np.ndarray, tolerance: float) -> np.ndarray:
    """Returns bool per element: whether one differs from the other; all do where form or type differ."""
    if served.shape != wanted.shape or served.dtype != wanted.dtype:
        return np.ones(1, bool)
    difference = np.abs(served.astype(np.float64) - wanted.astype(np.float64))
    return ~(difference <= tolerance).all(axis=-1)  # Also where a prediction is not a number.
