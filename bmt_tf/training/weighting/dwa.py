"""Weights from how fast losses fall, `dwa`: dynamic weight average."""

import tensorflow as tf

from bmt_tf.training.weighting.weighting import Weighting, state


class DynamicWeightAverage(Weighting):
    """T softmax(r / temperature), r the mean loss of the last epoch over that of the one before; 1 in the first two.

    An epoch is as many updates as there are whole batches in the training images, counted from the first update; its
    mean is over the batches with a label of the task. A task that had none in one of the two epochs has r = 1.
    Source: Liu et al. 2019 (MTAN), section 4.1.3, eq. 7.

    Args:
        tasks: Number of tasks.
        temperature: Softness of the weights; the authors take 2.
        epoch: Updates in an epoch, at least 1.
    """

    def __init__(self, tasks: int, temperature: float, epoch: int):
        self._temperature, self._epoch = temperature, epoch
        self._sums, self._counts = state([0.0] * tasks), state([0.0] * tasks)
        self._last, self._before = state([0.0] * tasks), state([0.0] * tasks)  # 0 where there is none
        self._done = state(0, tf.int64)

    def tracked(self):
        return {
            "sums": self._sums,
            "counts": self._counts,
            "last": self._last,
            "before": self._before,
            "done": self._done,
        }

    def weights(self, seen=None):
        del seen
        last, before = tf.convert_to_tensor(self._last), tf.convert_to_tensor(self._before)
        ratios = tf.where((last > 0) & (before > 0), tf.math.divide_no_nan(last, before), 1.0)
        return float(ratios.shape[0]) * tf.nn.softmax(ratios / self._temperature)

    def learn(self, seen):
        labelled = tf.cast(seen.labelled, tf.float32)
        sums, counts = self._sums + labelled * seen.losses, self._counts + labelled
        done = self._done + 1
        ends = done % self._epoch == 0
        self._before.assign(tf.where(ends, self._last, self._before))
        self._last.assign(tf.where(ends, tf.math.divide_no_nan(sums, counts), self._last))
        self._sums.assign(tf.where(ends, 0.0, sums))
        self._counts.assign(tf.where(ends, 0.0, counts))
        self._done.assign(done)
