"""Running means of which tasks find the same images hard, taken while a network is trained."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from bmt_tf.training.weighting.weighting import state


class RunningDifficulty:
    """In what share of the images two tasks are both hard or both easy; made in the scope of the strategy.

    An image is hard for a task where its loss is at least the running mean of the task's losses. All means are
    corrected for their start at 0; a task, or a pair of tasks, without a label in a batch keeps its own.

    Source: Lu et al., CVPR 2017 (published code), where the error of an attribute stands in place of the loss.

    Args:
        tasks: Number of tasks.
        decay: Share of a mean that is kept at each update.
    """

    def __init__(self, tasks: int, decay: float):
        self._decay = decay
        self._losses, self._loss_weights = state([0.0] * tasks), state([0.0] * tasks)
        self._alike, self._alike_weights = (state([[0.0] * tasks] * tasks) for _ in range(2))

    def tracked(self) -> dict[str, tf.Variable]:
        """Returns what a checkpoint must hold for a run to go on, by name."""
        return {
            "losses": self._losses,
            "loss_weights": self._loss_weights,
            "alike": self._alike,
            "alike_weights": self._alike_weights,
        }

    def learn(self, by_image: tf.Tensor) -> None:
        """Takes in the losses of a batch; called outside of the replicas.

        Args:
            by_image: Losses of each image, float32 `[B, T]`, NaN without a label.
        """
        labelled = ~tf.math.is_nan(by_image)
        self._take(self._losses, self._loss_weights, by_image, labelled)
        hard = by_image >= tf.math.divide_no_nan(self._losses, self._loss_weights)
        alike = hard[:, :, None] == hard[:, None, :]
        both = labelled[:, :, None] & labelled[:, None, :]
        self._take(self._alike, self._alike_weights, tf.cast(alike, tf.float32), both)

    def affinity(self, names: Sequence[str]) -> np.ndarray:
        """Returns the shares, float64 `[T, T]`.

        Args:
            names: Names of the tasks.

        Raises:
            ValueError: No image has had a label of both of some two tasks.
        """
        alike, weights = self._alike.numpy().astype(np.float64), self._alike_weights.numpy()
        if (weights == 0).any():
            t, u = np.argwhere(weights == 0)[0]
            which = f"task {names[t]!r}" if t == u else f"both {names[t]!r} and {names[u]!r}"
            raise ValueError(
                f"`widen_alpha` must be 0 unless every two tasks have labels on the same images. Received: training "
                f"images among which none had a label of {which}."
            )
        return alike / weights

    def _take(self, mean: tf.Variable, weight: tf.Variable, values: tf.Tensor, known: tf.Tensor) -> None:
        counts = tf.reduce_sum(tf.cast(known, tf.float32), axis=0)
        batch = tf.math.divide_no_nan(tf.reduce_sum(tf.where(known, values, 0.0), axis=0), counts)
        new = tf.where(counts > 0, 1 - self._decay, 0.0)
        mean.assign(mean * (1 - new) + batch * new)
        weight.assign(weight * (1 - new) + new)
