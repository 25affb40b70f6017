"""Weights that stay as they are."""

import numpy as np
import tensorflow as tf

from bmt_tf.training.weighting.constant import ConstantWeights
from bmt_tf.training.weighting.weighting import Seen


def test_weights_stay_whatever_is_seen_until_others_are_given():
    weighting = ConstantWeights([1.0, 50.0])
    weighting.learn(Seen(tf.constant([7.0, 0.1]), tf.ones([2], tf.bool)))
    np.testing.assert_array_equal(weighting.weights(), [1.0, 50.0])
    weighting.set([0.5, 1.5])
    np.testing.assert_array_equal(weighting.weights(), [0.5, 1.5])
    assert not weighting.on_features and weighting.scales_own and not weighting.tracked()
