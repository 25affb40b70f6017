"""Weights from uncertainty that is learned, `uncertainty`."""

import tensorflow as tf

from bmt_tf.training.weighting.weighting import Weighting, state

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8


class Uncertainty(Weighting):
    """Learned log variances s: the loss is the sum of exp(-s) L + s / 2, and exp(-s) the weight; s is 0 at the start.

    Source: Kendall et al. 2018, section 3.2, eq. 7 and 10. There a regression's loss has the factor 1/2 more; it only
    moves the s that is best by log 2, and no weight: both end at 1 / (2 L). So all tasks have one form.
    Departure: s has an Adam of its own (betas 0.9 and 0.999), whose rate neither falls nor depends on the network's,
    without weight decay: a loss of any size moves s by about the rate per update. Without a label s stays.

    Args:
        tasks: Number of tasks.
        rate: Rate of that Adam.
    """

    def __init__(self, tasks: int, rate: float):
        self._rate = rate
        self._log_variances = state([0.0] * tasks)
        self._first, self._second = state([0.0] * tasks), state([0.0] * tasks)
        self._updates = state([0.0] * tasks)

    def tracked(self):
        return {
            "log_variances": self._log_variances,
            "first_moment": self._first,
            "second_moment": self._second,
            "updates": self._updates,
        }

    def weights(self, seen=None):
        del seen
        return tf.exp(-self._log_variances)

    def learn(self, seen):
        gradient = 0.5 - self.weights() * seen.losses
        updates = self._updates + tf.cast(seen.labelled, tf.float32)
        first = tf.where(seen.labelled, _BETA_1 * self._first + (1 - _BETA_1) * gradient, self._first)
        second = tf.where(seen.labelled, _BETA_2 * self._second + (1 - _BETA_2) * gradient**2, self._second)
        step = tf.math.divide_no_nan(first, 1 - _BETA_1**updates) / (
            tf.sqrt(tf.math.divide_no_nan(second, 1 - _BETA_2**updates)) + _EPSILON
        )
        self._log_variances.assign_sub(tf.where(seen.labelled, self._rate * step, 0.0))
        self._first.assign(first)
        self._second.assign(second)
        self._updates.assign(updates)
