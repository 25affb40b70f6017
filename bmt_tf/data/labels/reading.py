"""From one label file to the label in memory, by the kind of the task.

How the numbers in a file are to be read is its *encoding*, a dict with the settings of the task in `dataset.json`.
Every kind has defaults, so an empty encoding is the format that the README describes.
"""

import numpy as np

from bmt_tf.data.pixels import IMAGE_SUFFIXES, read_array
from bmt_tf.tasks import Task

ENCODING_SETTINGS = {
    "segmentation": ("ignore", "first"),
    "saliency": ("ignore",),
    "edge": ("positive_from",),
    "depth": ("metres_per_step", "invalid"),
    "normals": ("zero", "scale", "invalid"),
    "scene": (),
    "attributes": (),
}
# A shorter vector than this in an 8-bit file is a stored zero (127 or 128 for 127.5), not a direction.
_SHORTEST_NORMAL = 0.05


def read_label(path: str, task: Task, encoding: dict) -> np.ndarray:
    """Returns the label of one image as it is held in memory.

    Args:
        path: A `.png`, `.jpg`, `.npy` or `.mat` file.
        task: What the file is a label of.
        encoding: How to read its numbers; the settings are `ENCODING_SETTINGS`, and `key` for `.mat` files.

    Returns:
        Class labels uint8 `[H, W, 1]`, ignored 255; depth float32 `[H, W, 1]` in metres, and normals float32
        `[H, W, 3]` of length 1, ignored NaN; scene probabilities float32 `[C]`; attributes uint8 `[C]`.

    Raises:
        ValueError: The file cannot be read, or holds something that is no label of this task.
    """
    array = read_array(path, encoding.get("key", task.name))
    is_image = path.lower().endswith(IMAGE_SUFFIXES)
    try:
        return _DECODERS[task.kind.name](array, is_image, task, encoding)
    except ValueError as error:
        raise ValueError(f"{path}: a label of task {task.name!r} must {error}") from None


def _classes(array: np.ndarray, is_image: bool, task: Task, encoding: dict) -> np.ndarray:
    values = _whole_numbers(_plane(array))
    first, ignore = encoding.get("first", 0), encoding.get("ignore", 255)
    ignored = np.isin(values, ignore)
    last = first + task.channels - 1
    wrong = ~ignored & ((values < first) | (values > last))
    if wrong.any():
        raise ValueError(f"hold classes {first} to {last}, or {ignore} (ignored). Received: {_some(values, wrong)}.")
    return np.where(ignored, 255, values - first).astype(np.uint8)[..., None]


def _saliency(array: np.ndarray, is_image: bool, task: Task, encoding: dict) -> np.ndarray:
    values = _whole_numbers(_plane(array))
    if array.dtype == bool and is_image:
        values = values * 255
    positive, ignore = (255, encoding.get("ignore", 128)) if is_image else (1, 255)
    wrong = ~np.isin(values, (0, positive, ignore))
    if wrong.any():
        raise ValueError(f"hold 0, {positive} (salient) or {ignore} (ignored). Received: {_some(values, wrong)}.")
    return np.where(values == ignore, 255, values == positive).astype(np.uint8)[..., None]


def _edge(array: np.ndarray, is_image: bool, task: Task, encoding: dict) -> np.ndarray:
    values = _plane(array)
    if is_image:
        threshold = encoding.get("positive_from", 128)
        values = values * 255 if values.dtype == bool else values
    else:
        threshold, wrong = 0.5, ~((values >= 0) & (values <= 1))
        if wrong.any():
            raise ValueError(f"hold numbers from 0 to 1. Received: {_some(values, wrong)}.")
    return (values >= threshold).astype(np.uint8)[..., None]


def _depth(array: np.ndarray, is_image: bool, task: Task, encoding: dict) -> np.ndarray:
    values = _plane(array)
    invalid = ~np.isfinite(values) | (values == encoding.get("invalid", 0))
    if values.dtype.kind in "iu":
        values = values * encoding.get("metres_per_step", 0.001)
    values = np.where(invalid, np.nan, values).astype(np.float32)
    if (values <= 0).any():
        raise ValueError(f"hold positive depths in metres. Received: {_some(values, values <= 0)}.")
    return values[..., None]


def _normals(array: np.ndarray, is_image: bool, task: Task, encoding: dict) -> np.ndarray:
    if array.ndim != 3 or array.shape[2] != 3:
        raise ValueError(f"have the shape [H, W, 3]. Received: shape {list(array.shape)}.")
    vectors, shortest = array.astype(np.float32), 1e-6
    if array.dtype.kind in "iu":
        shortest = _SHORTEST_NORMAL
        vectors = (vectors - np.float32(encoding.get("zero", 128))) / np.float32(encoding.get("scale", 125))
        if encoding.get("invalid") is not None:
            vectors[(array == encoding["invalid"]).all(-1)] = 0
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    valid = np.isfinite(length) & (length >= shortest)
    return np.where(valid, vectors / np.where(valid, length, 1), np.nan).astype(np.float32)


def _scene(array: np.ndarray, is_image: bool, task: Task, encoding: dict) -> np.ndarray:
    values = _vector(array, task).astype(np.float32)
    if not np.isnan(values).all() and not ((values >= 0).all() and abs(values.sum() - 1) < 1e-3):
        raise ValueError(f"hold probabilities that sum to 1. Received: a sum of {values.sum()}, least {values.min()}.")
    return values


def _attributes(array: np.ndarray, is_image: bool, task: Task, encoding: dict) -> np.ndarray:
    values = _whole_numbers(_vector(array, task))
    wrong = ~np.isin(values, (0, 1, 255))
    if wrong.any():
        raise ValueError(f"hold 0, 1 or 255 (unknown). Received: {_some(values, wrong)}.")
    return values.astype(np.uint8)


_DECODERS = {
    "segmentation": _classes,
    "saliency": _saliency,
    "edge": _edge,
    "depth": _depth,
    "normals": _normals,
    "scene": _scene,
    "attributes": _attributes,
}


def _plane(array: np.ndarray) -> np.ndarray:
    plane = array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array
    if plane.ndim != 2:
        raise ValueError(f"have one channel, the shape [H, W]. Received: shape {list(array.shape)}.")
    return plane


def _vector(array: np.ndarray, task: Task) -> np.ndarray:
    if array.shape != (task.channels,):
        raise ValueError(f"have the shape [{task.channels}]. Received: shape {list(array.shape)}.")
    return array


def _whole_numbers(array: np.ndarray) -> np.ndarray:
    whole = array.astype(np.int64) if np.isfinite(array).all() else None
    if whole is None or (array.dtype.kind == "f" and (whole != array).any()):
        raise ValueError("hold whole numbers. Received: fractions, NaN or infinity.")
    return whole


def _some(values: np.ndarray, wrong: np.ndarray) -> str:
    found = np.unique(values[wrong])
    shown = ", ".join(str(value) for value in found[:5].tolist())
    return f"{shown}{', ...' if len(found) > 5 else ''} in {int(wrong.sum())} places"
