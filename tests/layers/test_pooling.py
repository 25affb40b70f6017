"""Pooling to a fixed number of bins: means of uneven, overlapping parts, of maps of any size."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.layers import AdaptiveAveragePooling2D


def means(x, bins):
    """The means of the bins, one after another."""
    height, width = x.shape[1:3]
    edges = [
        [(i * length // bins, math.ceil((i + 1) * length / bins)) for i in range(bins)] for length in (height, width)
    ]
    rows = [[x[:, a:b, c:d].mean((1, 2)) for c, d in edges[1]] for a, b in edges[0]]
    return np.stack([np.stack(row, 1) for row in rows], 1)


@pytest.mark.parametrize("bins", [1, 2, 3, 6])
@pytest.mark.parametrize("size", [(32, 64), (7, 5), (2, 3), (1, 1)])
def test_bins_are_the_means_of_their_rows_and_columns(bins, size):
    x = np.random.default_rng(0).normal(size=(2, *size, 3)).astype("float32")
    np.testing.assert_allclose(AdaptiveAveragePooling2D(bins)(x), means(x, bins), rtol=1e-4, atol=1e-5)


def test_a_map_of_as_many_places_stays_as_it_is():
    x = np.random.default_rng(0).normal(size=(2, 4, 4, 3)).astype("float32")
    np.testing.assert_array_equal(AdaptiveAveragePooling2D(4)(x), x)


@pytest.mark.traced
def test_sizes_may_be_known_at_run_time_only():
    inputs = keras.Input((None, None, 2))
    model = keras.Model(inputs, AdaptiveAveragePooling2D(3)(inputs))
    assert model.output.shape == (None, 3, 3, 2)
    call = tf.function(model, input_signature=[tf.TensorSpec([None, None, None, 2])])
    for size in ((5, 6), (3, 11)):
        x = np.random.default_rng(0).normal(size=(1, *size, 2)).astype("float32")
        np.testing.assert_allclose(call(x), means(x, 3), rtol=1e-4, atol=1e-5)


def test_half_precision_goes_in_and_out_and_the_sums_are_exact():
    x = tf.cast(tf.fill([1, 64, 64, 1], 1.0), "bfloat16")  # in half precision a sum of ones ends at 256
    pooled = AdaptiveAveragePooling2D(1, dtype="mixed_bfloat16")(x)
    assert pooled.dtype == tf.bfloat16 and float(pooled[0, 0, 0, 0]) == 1.0


def test_no_bins_are_refused():
    with pytest.raises(ValueError, match=r"`bins` must be at least 1. Received: bins=0"):
        AdaptiveAveragePooling2D(0)
