"""Timing: what is measured, how often, and its spread."""

import time

import keras
import numpy as np
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


def test_calls_of_a_run_follow_each_other_on_noise_of_their_own():
    seen = []

    def slow(x):
        def call(value):
            seen.append((time.perf_counter(), float(value[0, 0])))
            time.sleep(0.01)
            return value

        return tf.ensure_shape(tf.py_function(call, [x], x.dtype), x.shape)

    timing = time_call(slow, [(1, 2)], runs=2, warm_up=1, calls=5)
    assert len(seen) == 3 * 5
    begun, values = zip(*seen, strict=True)
    assert len(set(values)) == 5 and values[:5] == values[5:10]
    assert min(np.diff(begun)) >= 0.01
    assert 10 <= timing.median < 40


@pytest.mark.traced
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


@pytest.mark.parametrize("name", ["runs", "calls"])
def test_numbers_must_be_positive(name):
    with pytest.raises(ValueError, match=rf"`{name}` must be at least 1. Received: {name}=0"):
        time_call(lambda x: x, [(1,)], **{name: 0})
