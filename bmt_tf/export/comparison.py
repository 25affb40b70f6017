"""Whether a SavedModel predicts what the checkpoint it was made from predicts."""

import os
from collections.abc import Callable, Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.export.serving import INPUT
from bmt_tf.tasks import Task

# Share of the pixels (or image-level predictions) of a task that may differ by more than the tolerance: classes whose
# logits tie and vectors near zero turn on the last bit.
ALLOWED_SHARE = 1e-3


def compare(
    saved_model: str,
    model: keras.Model,
    tasks: Sequence[Task],
    images: Iterable[np.ndarray],
    *,
    stride: int,
    serve_size: tuple[int, int] | None = None,
    tolerance: float = 1e-3,
) -> dict[str, float]:
    """Compares all endpoints of a SavedModel, loaded anew, with the network that it was made from, on photographs.

    These are uint8 `[H, W, 3]`, of any sizes. Returns by task the share of elements, over all photographs, that differ
    by more than `tolerance` in the unit of the predictions (probability, metres, component of a vector), or in their
    class; more than `ALLOWED_SHARE` of them are a RuntimeError.
    """
    with files.pattern_free(saved_model) as plain:
        loaded = tf.saved_model.load(plain)  # Kept: a signature does not keep the variables that it reads.
    endpoints = [loaded.signatures[name] for name in ("serving_default", *(task.name for task in tasks))]
    network = _as_graph(model)
    differing = {task.name: [] for task in tasks}
    for image in images:
        wanted = reference_predictions(network, tasks, image, stride, serve_size)
        for endpoint in endpoints:
            for name, served in endpoint(**{INPUT.name: tf.constant(image[None])}).items():
                differing[name].append(_differing(served.numpy(), wanted[name], tolerance).ravel())
    shares = {name: float(np.concatenate(parts).mean()) for name, parts in differing.items()}
    wrong = {name: share for name, share in shares.items() if share > ALLOWED_SHARE}
    if wrong:
        raise RuntimeError(
            f"The SavedModel must predict what the checkpoint predicts: at most {ALLOWED_SHARE:.1%} of a task's "
            f"elements may differ by more than {tolerance}. Received: "
            + ", ".join(f"{share:.2%} for task {name!r}" for name, share in wrong.items())
            + f" in {os.path.basename(saved_model)}."
        )
    return shares


def reference_predictions(
    network: Callable[[tf.Tensor], dict[str, tf.Tensor]],
    tasks: Sequence[Task],
    image: np.ndarray,
    stride: int,
    serve_size: tuple[int, int] | None = None,
) -> dict[str, np.ndarray]:
    """Returns the predictions of the network itself for one photograph, prepared without the serving function.

    The photograph is uint8 `[H, W, 3]`, the network in inference: float32 `[B, H, W, 3]` -> outputs by task. What comes
    back has the form of `Task.decode`, for a batch of one.
    """
    size = image.shape[:2]
    pixels = np.asarray(image, np.float32)
    if serve_size is not None:
        pixels = tf.image.resize(pixels, serve_size, antialias=True).numpy()
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, [(0, -height % stride), (0, -width % stride), (0, 0)], mode="symmetric")
    outputs = network(tf.constant(padded[None]))
    predictions = {}
    for task in tasks:
        output = outputs[task.name]
        if task.kind.dense:
            output = tf.image.resize(output[:, :height, :width], size)
        predictions[task.name] = task.decode(output).numpy()
    return predictions


def _as_graph(model: keras.Model) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns the network as one graph, as evaluation runs it: in bfloat16, single operations would round otherwise."""
    pixels = tf.TensorSpec(INPUT.shape, tf.float32)
    return tf.function(lambda images: model(images, training=False), input_signature=[pixels], autograph=False)


def _differing(served: np.ndarray, wanted: np.ndarray, tolerance: float) -> np.ndarray:
    """Returns bool per element: whether one differs from the other; all do where form or type differ."""
    if served.shape != wanted.shape or served.dtype != wanted.dtype:
        return np.ones(1, bool)
    difference = np.abs(served.astype(np.float64) - wanted.astype(np.float64))
    return ~(difference <= tolerance).all(axis=-1)  # Also where a prediction is not a number.
