"""Timing: what is measured, how often, and its spread."""

import time

import keras
import pytest
import tensorflow as tf

from bmt_tf.costs import time_model
from bmt_tf.costs.timing import time_call


def test_the_median_is_that_of_the_measured_runs():
    calls = []

    def slow(x):
        return tf.py_function(
            lambda: (calls.append(1), time.sleep(0.2 if len(calls) <= 2 else 0.01), 0.0)[2], [], x.dtype
        )

    timing = time_call(slow, [(1, 2)], runs=5, warm_up=2)
    assert len(calls) == 7
    assert timing.runs == 5
    assert 10 <= timing.median < 200
    assert timing.spread >= 0


def test_a_model_is_run_at_inference_on_the_batch():
    seen = []

    class Spy(keras.layers.Layer):
        def call(self, x, training=None):
            seen.append((tuple(x.shape), training))
            return x

        def compute_output_shape(self, input_shape):
            return input_shape

    image = keras.Input((None, None, 3))
    time_model(keras.Model(image, Spy()(image)), (4, 6), batch_size=2, runs=1)
    assert seen == [((2, 4, 6, 3), False)]  # One trace.


def test_runs_must_be_positive():
    with pytest.raises(ValueError, match=r"`runs` must be at least 1. Received: runs=0"):
        time_call(lambda x: x, [(1,)], runs=0)
