"""The state of running measures: sums in variables, added up over replicas when they are read."""

import abc
from collections.abc import Sequence

import numpy as np

from bmt_tf.tasks.lazy_tensorflow import tf


class RunningMeasure(abc.ABC):
    """Base of measures that sum over images in TensorFlow variables.

    To be made in the scope of the strategy whose replicas update it, and read outside of them. A measure of one's own
    needs not derive from it, only have `update`, `result`, `images`, `reset` and `on_host`; and to be made by several
    hosts together `sums` and `set_sums`.

    Attributes:
        on_host: False: `update` takes tensors, in any replica, also inside a `tf.function`.
    """

    on_host = False

    def __init__(self):
        self._variables = []
        self._images = self._sum((), "int64")

    def update(self, outputs: "tf.Tensor", labels: "tf.Tensor") -> None:
        """Adds a batch. Images without any labelled element change nothing.

        Args:
            outputs: What the head puts out, float32 `[B, H, W, channels]` or `[B, channels]`.
            labels: Labels of the same images.
        """
        labelled = self._add(outputs, labels)
        some = tf.reduce_any(tf.reshape(labelled, [tf.shape(labelled)[0], -1]), axis=-1)
        self._images.assign_add(tf.math.count_nonzero(some))

    def images(self) -> int:
        """Returns the number of images with a label since the last reset."""
        return int(total(self._images))

    def reset(self) -> None:
        """Forgets all updates."""
        for variable in self._variables:
            variable.assign(tf.zeros_like(variable))

    def sums(self) -> list[np.ndarray]:
        """Returns what the updates have added up to; of two measures the sums add up to those of all their images."""
        return [total(variable) for variable in self._variables]

    def set_sums(self, sums: Sequence[np.ndarray]) -> None:
        """Makes these, as from `sums`, the measure's sums."""
        for variable, value in zip(self._variables, sums, strict=True):
            variable.assign(value)

    def _sum(self, shape: Sequence[int], dtype: str) -> "tf.Variable":
        variable = tf.Variable(
            tf.zeros(shape, dtype),
            trainable=False,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.SUM,
        )
        self._variables.append(variable)
        return variable

    @abc.abstractmethod
    def _add(self, outputs: "tf.Tensor", labels: "tf.Tensor") -> "tf.Tensor":
        """Adds a batch to the sums; returns which elements are labelled, boolean `[B, ...]`."""


def total(variable: "tf.Variable") -> np.ndarray:
    """Returns a variable's sum over the replicas."""
    return tf.convert_to_tensor(variable).numpy()
