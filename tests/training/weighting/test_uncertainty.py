"""Weights from learned log variances."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.training.weighting.uncertainty import Uncertainty
from bmt_tf.training.weighting.weighting import Seen


def _seen(losses, labelled=(True, True)):
    return Seen(tf.constant(losses), tf.constant(labelled))


@pytest.mark.traced
def test_weights_end_at_one_over_twice_the_loss():
    weighting = Uncertainty(2, rate=0.05)
    np.testing.assert_array_equal(weighting.weights(), [1, 1])
    learn = tf.function(weighting.learn)
    for _ in range(200):
        learn(_seen([2.0, 0.1]))
    np.testing.assert_allclose(weighting.weights(), [0.25, 5.0], rtol=0.05)


def test_first_step_is_the_rate_whatever_the_loss():
    weighting = Uncertainty(2, rate=0.1)
    weighting.learn(_seen([1e6, 0.1]))
    np.testing.assert_allclose(weighting.weights(), np.exp([-0.1, 0.1]), rtol=1e-4)


def test_a_task_without_a_label_stays_with_all_of_its_state():
    weighting = Uncertainty(2, rate=0.1)
    weighting.learn(_seen([3.0, 3.0]))
    before = {name: variable.numpy() for name, variable in weighting.tracked().items()}
    weighting.learn(_seen([3.0, 0.0], (True, False)))
    for name, variable in weighting.tracked().items():
        assert variable[1] == before[name][1] and variable[0] != before[name][0], name
