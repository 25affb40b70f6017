"""Pictures of labels and predictions: classes by palette, depth by a colour map, normals as RGB, the rest in grey."""

import numpy as np

from bmt_tf.tasks.task import Task

IGNORED = (226, 216, 198)  # a sand colour that neither a palette, nor a grey value, nor the ramp below contains
# Depth from near to far: light and warm to dark and cold, falling in brightness all the way, so that it survives print.
RAMP = ((255, 247, 208), (252, 190, 106), (233, 110, 82), (170, 52, 110), (92, 30, 118), (24, 12, 56))


def value_span(*arrays: np.ndarray) -> tuple[float, float]:
    """Returns the least and the largest finite value, so that several pictures can share one colour scale.

    Args:
        *arrays: Labels or predictions of any shapes.

    Returns:
        `(least, largest)`; `(0.0, 1.0)` where no value is finite.
    """
    finite = [array[np.isfinite(array)] for array in arrays]
    finite = [values for values in finite if values.size]
    if not finite:
        return 0.0, 1.0
    return float(min(values.min() for values in finite)), float(max(values.max() for values in finite))


def colour_map(array: np.ndarray, task: Task, span: tuple[float, float] | None = None) -> np.ndarray:
    """Returns the picture of a dense label or of a prediction of that form.

    Args:
        array: Label or decoded prediction of one image, `[H, W, channels]`.
        task: The task it belongs to; its kind decides how the array is drawn.
        span: Depths in metres that get the first and the last colour; None takes those of the array itself.

    Returns:
        uint8 `[H, W, 3]`, red, green and blue; `IGNORED` where a label is ignored.

    Raises:
        ValueError: The array has another number of channels than labels of the task, or the task is no dense one.
    """
    kind = task.kind
    if not kind.dense:
        raise ValueError(f"`task` must have a label per pixel to be drawn. Received: task={task.name!r} ({kind.name}).")
    channels = kind.label_channels(task.channels)
    if array.ndim != 3 or array.shape[-1] != channels:
        raise ValueError(
            f"`array` of task {task.name!r} must have the shape [H, W, {channels}]. Received: shape {array.shape}."
        )
    if kind.activation == "unit":
        picture = np.nan_to_num((array + 1) * 127.5)
    elif kind.activation == "argmax":
        picture = _palette(array[..., 0], task.colours)
    elif kind.activation == "relu":
        picture = _ramp(array[..., 0], span or value_span(array))
    else:  # probabilities; several of them are drawn as their mean
        grey = np.asarray(array, np.float32).mean(-1, keepdims=True)
        picture = np.repeat(np.nan_to_num(grey) * 255, 3, axis=-1)
    ignored = _is_ignored(array, kind)
    return np.where(ignored[..., None], np.uint8(IGNORED), np.clip(np.rint(picture), 0, 255).astype(np.uint8))


def _is_ignored(array: np.ndarray, kind) -> np.ndarray:
    if np.issubdtype(array.dtype, np.floating):
        return ~np.isfinite(array).all(-1)
    return (array == kind.ignore).all(-1)


def _palette(classes: np.ndarray, colours: tuple[tuple[int, int, int], ...]) -> np.ndarray:
    table = np.full([256, 3], IGNORED, np.uint8)
    table[: len(colours)] = colours
    return table[classes]


def _ramp(values: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    low, high = span
    place = np.nan_to_num((values - low) / max(high - low, 1e-9))
    stops = np.linspace(0, 1, len(RAMP))
    return np.stack([np.interp(place, stops, channel) for channel in np.transpose(RAMP)], axis=-1)
