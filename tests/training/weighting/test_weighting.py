"""What all ways to weigh losses have in common."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.training.weighting.weighting import Seen, Weighting, mean_one, state


def test_weights_are_brought_to_the_mean_one_over_those_that_count():
    weights = mean_one(tf.constant([1.0, 3.0, np.nan]), tf.constant([True, True, False]))
    np.testing.assert_allclose(weights, [0.5, 1.5, 0.0])
    assert not mean_one(tf.constant([1.0, 3.0]), tf.constant([False, False])).numpy().any()


def test_norms_are_roots_of_the_diagonal():
    seen = Seen(tf.zeros([2]), tf.ones([2], tf.bool), tf.constant([[4.0, 1.0], [1.0, 9.0]], tf.float64))
    assert seen.norms.numpy().tolist() == [2.0, 3.0]


def test_state_is_moved_by_no_optimizer():
    assert not state([1.0]).trainable


def test_a_way_must_say_its_weights():
    with pytest.raises(TypeError, match="weights"):
        Weighting()
