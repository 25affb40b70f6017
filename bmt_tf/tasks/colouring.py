"""Pictures of labels and predictions."""

import numpy as np

from bmt_tf.tasks.painting import IGNORED
from bmt_tf.tasks.task import Task


def value_span(*arrays: np.ndarray) -> tuple[float, float]:
    """Returns the least and the largest finite value of all arrays, a colour scale for all; (0, 1) without any."""
    finite = [array[np.isfinite(array)] for array in arrays]
    finite = [values for values in finite if values.size]
    if not finite:
        return 0.0, 1.0
    return float(min(values.min() for values in finite)), float(max(values.max() for values in finite))


def colour_map(array: np.ndarray, task: Task, span: tuple[float, float] | None = None) -> np.ndarray:
    """Returns a dense label or decoded prediction `[H, W, channels]` as red, green and blue, uint8 `[H, W, 3]`.

    Ignored pixels get the colour `IGNORED`. `span` has the values, such as depths in metres, of the first and the last
    colour; None takes those of the array itself.
    """
    kind = task.kind
    if not kind.dense:
        raise ValueError(f"`task` must have a label per pixel to be drawn. Received: task={task.name!r} ({kind.name}).")
    channels = kind.label_channels(task.channels)
    if array.ndim != 3 or array.shape[-1] != channels:
        raise ValueError(
            f"`array` of task {task.name!r} must have the shape [H, W, {channels}]. Received: shape {array.shape}."
        )
    picture = kind.activation.paint(array, task.colours, span or value_span(array))
    ignored = _is_ignored(array, kind)
    return np.where(ignored[..., None], np.uint8(IGNORED), np.clip(np.rint(picture), 0, 255).astype(np.uint8))


def _is_ignored(array: np.ndarray, kind) -> np.ndarray:
    if np.issubdtype(array.dtype, np.floating):
        return ~np.isfinite(array).all(-1)
    return (array == kind.ignore).all(-1)
