"""Weights that keep the gradients of tasks at one norm, `gradnorm`."""

import tensorflow as tf

from bmt_tf.training.weighting.weighting import Seen, Weighting, mean_one, state


class GradNorm(Weighting):
    """Weights w that are learned so that w G, a task's weighted gradient norm, is the mean one times r^alpha.

    G is the norm of the gradient on the shared features, and r the task's loss over its first one, over the mean of
    this over tasks. The loss of the weights is the sum of |w G - mean r^alpha|, with the target held constant; after
    every update they are brought to the mean 1.
    Source: Chen et al. 2018, section 3.2, eq. 1 and 2.
    Departures: norms are taken on features, not on the weights of the last shared layer, as the other ways take them.
    Log weights are learned, by plain gradient descent on that loss divided by the mean norm, so that no weight becomes
    negative and a loss's unit has no influence; for the same reason the weights start at equal norms in the first batch
    with a label of the task, not at 1. Closer to the target than one step a step is as long as the way to it. Without
    a label a task's weight stays.

    Args:
        tasks: Number of tasks.
        alpha: How strongly a task that lags behind is pulled on.
        rate: Rate of the log weights.
    """

    on_features = True

    def __init__(self, tasks: int, alpha: float, rate: float):
        self._alpha, self._rate = alpha, rate
        self._log_weights = state([0.0] * tasks)
        self._first_losses = state([0.0] * tasks)
        self._started = state([False] * tasks, tf.bool)

    def tracked(self):
        return {"log_weights": self._log_weights, "first_losses": self._first_losses, "started": self._started}

    def weights(self, seen=None):
        current, _, present = self._current(seen)
        return mean_one(current, present)

    def learn(self, seen):
        current, started, present = self._current(seen)
        first = tf.where(started & ~self._started, seen.losses, self._first_losses)
        norms = current * tf.cast(seen.norms, tf.float32)
        mean = _mean(norms, present)
        pace = tf.math.divide_no_nan(seen.losses, first)
        target = mean * tf.math.divide_no_nan(pace, _mean(pace, present)) ** self._alpha
        # The sign of the deviation, but within one step of the target in proportion: weights come to rest there.
        sign = tf.clip_by_value(tf.math.divide_no_nan(norms - target, self._rate * mean), -1.0, 1.0)
        gradient = tf.math.divide_no_nan(sign * norms, mean)
        moved = tf.where(present, current * tf.exp(-self._rate * gradient), current)
        moved = mean_one(moved, started)
        self._log_weights.assign(tf.where(started, tf.math.log(tf.where(started, moved, 1.0)), self._log_weights))
        self._first_losses.assign(first)
        self._started.assign(started)

    def _current(self, seen: Seen) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns the weights, which tasks have any, and which have a gradient in the batch."""
        before, norms = tf.convert_to_tensor(self._started), tf.cast(seen.norms, tf.float32)
        present = seen.labelled & (norms > 0) & tf.math.is_finite(norms)
        weights = tf.where(before, tf.exp(self._log_weights), 0.0)
        known = _mean(weights * norms, before & present)
        begun = tf.math.divide_no_nan(tf.where(known > 0, known, 1.0), norms)
        started = before | present
        return mean_one(tf.where(before, weights, begun), started), started, present


def _mean(values: tf.Tensor, among: tf.Tensor) -> tf.Tensor:
    """Returns the mean over some of the tasks; 0 where there is none."""
    count = tf.reduce_sum(tf.cast(among, values.dtype))
    return tf.math.divide_no_nan(tf.reduce_sum(tf.where(among, values, 0)), count)
