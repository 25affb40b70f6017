"""Whether an exported network predicts, and scores, what the checkpoint it was made from does."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from bmt_tf.data.resized import bilinear
from bmt_tf.data.source import Source
from bmt_tf.export.scoring import scored_tasks, served_scores
from bmt_tf.export.served import ServedNetwork
from bmt_tf.export.serving import ALL_TASKS
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
    served: ServedNetwork,
    model: keras.Model,
    tasks: Sequence[Task],
    source: Source,
    indices: Sequence[int],
    *,
    stride: int,
    serve_size: tuple[int, ...] | None = None,
    load_size: tuple[int, ...] = (),
    tolerance: float = 1e-3,
    exact: bool = True,
) -> dict[str, Any]:
    """Compares an exported network with the network that it was made from, on photographs with labels.

    Predictions of all entry points are held against the network's, and the scores of `serve` against those that
    evaluation gives the network; both must be alike, or it is a RuntimeError. Where images are resized inside to
    another size than the run loads them at, scores may differ as they like. A graph of one size sees them at that.

    Args:
        served: The exported network.
        model: The network.
        tasks: Its tasks.
        source: A split.
        indices: Numbers of the photographs.
        stride: That of the network's encoder.
        serve_size: Height and width, or shorter side, in pixels, to which images are resized inside.
        load_size: Those at which the run loads images; the photographs of `source` are as they are stored.
        tolerance: Largest difference that counts as none, in the unit of the predictions (probability, metres,
            component of a vector); another class always counts.
        exact: Whether they must be alike.

    Returns:
        `differing_share`: by task the share of elements, over all photographs, that differ, at most `ALLOWED_SHARE`
        where they must be alike.
        `scores`: by task the measure and its value for `served` and `checkpoint`, for kinds whose predictions can be
        scored; None where no photograph has a label. Empty where the photographs have another size than it takes.
    """
    outputs_of = traced(at_own_size(model, stride))
    photographs = [source[int(index)]["image"] for index in indices]
    shares = _differing_shares(served, outputs_of, tasks, photographs, tolerance, serve_size)
    wrong = {name: share for name, share in shares.items() if share > ALLOWED_SHARE} if exact else {}
    if wrong:
        raise RuntimeError(
            f"The exported network must predict what the checkpoint predicts: at most {ALLOWED_SHARE:.1%} of a task's "
            f"elements may differ by more than {tolerance}. Received: "
            + ", ".join(f"{share:.2%} for task {name!r}" for name, share in wrong.items())
            + f" in {served.folder}."
        )
    evaluated = at_loaded_size(outputs_of, load_size, tasks) if load_size else outputs_of
    taken = all(served.takes(photograph.shape[:2]) for photograph in photographs)
    scores = _scores(served, evaluated, tasks, source, indices) if taken else {}
    comparable = exact and (serve_size or ()) == load_size
    unlike = {name: row for name, row in scores.items() if not _alike(row)} if comparable else {}
    if unlike:
        raise RuntimeError(
            f"The exported network must score what evaluation gives the checkpoint, within {SCORE_TOLERANCE:.0%}. "
            f"Received: {unlike} in {served.folder}."
        )
    return {"differing_share": shares, "scores": scores}


def _differing_shares(
    served: ServedNetwork,
    outputs_of: Outputs,
    tasks: Sequence[Task],
    photographs: Sequence[np.ndarray],
    tolerance: float,
    serve_size: tuple[int, ...] | None,
) -> dict[str, float]:
    differing = {task.name: [] for task in tasks}
    for size in served.sizes:  # Each has a graph of its own, which may be wrong.
        for photograph in photographs:
            image = photograph if size is None else bilinear(photograph, size)
            wanted = reference_predictions(outputs_of, tasks, image, serve_size)
            for entry_point in (ALL_TASKS, *wanted):
                for name, found in served.run(image[None], entry_point, size).items():
                    differing[name].append(_differing(found, wanted[name], tolerance).ravel())
    return {name: float(np.concatenate(parts).mean()) for name, parts in differing.items()}


def _scores(
    served: ServedNetwork, outputs_of: Outputs, tasks: Sequence[Task], source: Source, indices: Sequence[int]
) -> dict[str, dict[str, Any]]:
    def checkpoint(images: tf.Tensor, training: bool) -> dict[str, tf.Tensor]:
        return outputs_of(images)

    tasks = scored_tasks(tasks)
    found = {
        "served": served_scores(served, source, tasks, indices=indices),
        # It brings photographs up to the stride itself.
        "checkpoint": score(checkpoint, source, tasks, stride=1, batch_size=1, indices=indices),
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
        return np.ones(wanted.shape[:-1], bool)
    difference = np.abs(served.astype(np.float64) - wanted.astype(np.float64))
    return ~(difference <= tolerance).all(axis=-1)  # Also where a prediction is not a number.
