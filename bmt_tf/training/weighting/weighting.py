"""What a way to weigh losses needs, and what it gives."""

import abc
from collections.abc import Sequence
from typing import NamedTuple

import tensorflow as tf


class Seen(NamedTuple):
    """What a batch shows of T tasks, the same on every replica.

    Args:
        losses: Losses of the global batch without any weight, float32 `[T]`, 0 without a label.
        labelled: Whether the batch has a label of the task, bool `[T]`.
        gram: Scalar products of the gradients of two tasks' losses on the features that all tasks share, with all
            images and positions of the global batch in one vector, float64 `[T, T]`; None where nobody asked for it.
        by_image: Losses of the images of the global batch, each as a batch of its own, float32 `[B, T]`, NaN without a
            label; None where nobody asked for them.
    """

    losses: tf.Tensor
    labelled: tf.Tensor
    gram: tf.Tensor | None = None
    by_image: tf.Tensor | None = None

    @property
    def norms(self) -> tf.Tensor:
        """Norms of the gradients, float64 `[T]`."""
        return tf.sqrt(tf.linalg.diag_part(self.gram))


class Weighting(abc.ABC):
    """A way to weigh losses; made in the scope of the strategy, since its variables are those of all replicas.

    The weights take the place of the fixed ones, not of their factor. Where a way leaves their common scale open, they
    have the mean 1 over the tasks with a label, so that learning rates keep their meaning.

    Attributes:
        on_features: Whether `weights` looks at the gradients on the shared features.
        scales_own: Whether what a task shares with only some tasks, and its head, is trained with its weight too.
    """

    on_features = False
    scales_own = True

    def tracked(self) -> dict[str, tf.Variable]:
        """Returns what a checkpoint must hold for a run to go on, by name."""
        return {}

    @abc.abstractmethod
    def weights(self, seen: Seen | None = None) -> tf.Tensor:
        """Returns the weights of a batch, float32 `[T]`; moves nothing.

        Args:
            seen: What the batch shows; only those that are `on_features` look at it.
        """

    def learn(self, seen: Seen) -> None:
        """Takes in what a batch has shown, once its weights are used; called outside of the replicas.

        Args:
            seen: What the batch showed.
        """
        del seen


def mean_one(weights: tf.Tensor, among: tf.Tensor) -> tf.Tensor:
    """Returns weights, brought to the mean 1 over some of the tasks, and 0 for the others.

    Args:
        weights: Positive weights, `[T]`, of any scale.
        among: Which tasks count, bool `[T]`; where none does, all weights are 0.
    """
    weights = tf.where(among, weights, 0)
    count = tf.reduce_sum(tf.cast(among, weights.dtype))
    return weights * tf.math.divide_no_nan(count, tf.reduce_sum(weights))


def state(values: Sequence, dtype: tf.DType = tf.float32) -> tf.Variable:
    """Returns a variable that every replica has alike, and that no optimizer moves."""
    return tf.Variable(
        tf.constant(values, dtype), trainable=False, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA
    )
