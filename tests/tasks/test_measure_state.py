"""The state that running measures share."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.tasks.measure_state import RunningMeasure, total


class Labelled(RunningMeasure):
    """Number of labelled pixels."""

    def __init__(self):
        super().__init__()
        self.pixels = self._sum((), "int64")

    def _add(self, outputs, labels):
        self.pixels.assign_add(tf.math.count_nonzero(labels))
        return labels

    def result(self):
        return int(total(self.pixels))


def test_counts_images_with_a_label_and_forgets_on_reset():
    measure = Labelled()
    labels = tf.constant([[True, False], [False, False], [True, True]])
    for _ in range(2):
        measure.update(None, labels)
    assert (measure.images(), measure.result()) == (4, 6)
    measure.reset()
    assert (measure.images(), measure.result()) == (0, 0)


def test_sums_add_up_over_replicas_and_reset_on_all(two_replicas):
    with two_replicas.scope():
        measure = Labelled()
    update = tf.function(lambda: two_replicas.run(lambda: measure.update(None, tf.ones([3, 2], tf.bool))))
    update()
    assert (measure.images(), measure.result()) == (6, 12)
    measure.reset()
    update()
    assert (measure.images(), measure.result()) == (6, 12)
    np.testing.assert_array_equal(total(measure.pixels), 12)


def test_a_measure_must_say_what_it_adds():
    with pytest.raises(TypeError, match="_add"):
        RunningMeasure()
