"""From a head's outputs to predictions in the form of the labels, and what the numbers of a prediction are."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bmt_tf.tasks import constants, painting
from bmt_tf.tasks.lazy_tensorflow import tf

# The shortest vector that still has a direction.
SHORTEST_VECTOR = 1e-6


@dataclass(frozen=True)
class Activation:
    """What turns a head's outputs into a prediction, and what the prediction's numbers mean.

    Args:
        name: Name of the activation.
        decode: Function from outputs, float32 `[..., channels]`, to the prediction.
        meaning: What a number of a prediction is, in words.
        paint: How a dense label or prediction is drawn; see `bmt_tf.tasks.painting`.
        constant: What outputs are best without looking at the image; see `bmt_tf.tasks.constants`.
        categorical: Whether a prediction is the index of a class, uint8 in one channel. Others are float32 and have
            as many channels as the head.
        has_unit: Whether the numbers are in the unit of the task, such as metres.
        encode: The way back, from a prediction and the number of channels to outputs that measures take for the same;
            without it, what is served of such a task is not scored when it is exported.
    """

    name: str
    decode: Callable[["tf.Tensor"], "tf.Tensor"]
    meaning: str
    paint: Callable[[np.ndarray, painting.Colours, painting.Span], np.ndarray]
    constant: Callable[[np.ndarray, int, bool], np.ndarray]
    categorical: bool = False
    has_unit: bool = False
    encode: Callable[["tf.Tensor", int], "tf.Tensor"] | None = None

    @property
    def dtype(self) -> str:
        """Number type of predictions."""
        return "uint8" if self.categorical else "float32"


def unit_vectors(vectors: "tf.Tensor") -> "tf.Tensor":
    """Returns vectors `[..., 3]` scaled to length one.

    Vectors shorter than `SHORTEST_VECTOR` become shorter than one; zero stays zero, with a finite gradient.
    """
    return tf.math.l2_normalize(vectors, axis=-1, epsilon=SHORTEST_VECTOR**2)


def _largest(outputs: "tf.Tensor") -> "tf.Tensor":
    # Not `[..., None]`: LiteRT has no slices that add an axis.
    return tf.expand_dims(tf.cast(tf.argmax(outputs, axis=-1, output_type=tf.int32), tf.uint8), -1)


def _of_class(classes: "tf.Tensor", channels: int) -> "tf.Tensor":
    return tf.one_hot(tf.cast(classes[..., 0], tf.int32), channels)


def _as_it_is(predictions: "tf.Tensor", channels: int) -> "tf.Tensor":
    return predictions


# By name, those of a registered label kind included.
ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation(
            "argmax",
            _largest,
            "number of the class",
            painting.by_palette,
            constants.most_frequent,
            categorical=True,
            encode=_of_class,
        ),
        Activation(
            "sigmoid",
            lambda outputs: tf.sigmoid(outputs),
            "probability",
            painting.in_grey,
            constants.all_or_majority,
            encode=lambda probabilities, channels: tf.math.log(probabilities) - tf.math.log1p(-probabilities),
        ),
        Activation(
            "relu",
            lambda outputs: tf.nn.relu(outputs),
            "length",
            painting.by_ramp,
            constants.mean,
            has_unit=True,
            encode=_as_it_is,
        ),
        Activation(
            "linear",
            lambda outputs: outputs,
            "number",
            painting.by_ramp,
            constants.mean,
            has_unit=True,
            encode=_as_it_is,
        ),
        Activation(
            "disparity",
            lambda outputs: tf.nn.relu(outputs),
            "shift of a point between two images",
            painting.by_falling_ramp,
            constants.median,
            has_unit=True,
            encode=_as_it_is,
        ),
        Activation(
            "offset",
            lambda outputs: outputs,
            "offset to the right and down",
            painting.by_direction,
            constants.median,
            has_unit=True,
            encode=_as_it_is,
        ),
        Activation(
            "heat",
            lambda outputs: tf.clip_by_value(outputs, 0.0, 1.0),
            "heat from 0 to 1",
            painting.by_heat,
            constants.median,
            encode=_as_it_is,
        ),
        Activation(
            "unit",
            unit_vectors,
            "unit vector",
            painting.by_components,
            constants.central_direction,
            encode=_as_it_is,
        ),
        Activation(
            "softmax",
            lambda outputs: tf.nn.softmax(outputs),
            "probability",
            painting.in_grey,
            constants.log_mean,
            encode=lambda probabilities, channels: tf.math.log(probabilities),
        ),
    )
}
