"""Resizing to the size of another tensor, fixed or known only at run time."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.layers import ResizeLike


def test_equals_bilinear_resizing():
    x = tf.random.stateless_normal([2, 3, 4, 5], [0, 0])
    resized = ResizeLike()(x, tf.zeros([2, 9, 7, 1]))
    np.testing.assert_array_equal(resized, tf.image.resize(x, (9, 7)))


@pytest.mark.traced
def test_sizes_are_those_of_run_time():
    x, like = keras.Input((None, None, 2)), keras.Input((None, None, 3))
    model = keras.Model([x, like], ResizeLike()(x, like))
    assert model.output.shape == (None, None, None, 2)
    specs = [tf.TensorSpec([None, None, None, channels]) for channels in (2, 3)]
    call = tf.function(lambda x, like: model([x, like]), input_signature=specs)
    for height, width in ((5, 6), (3, 11)):
        assert call(tf.zeros([1, 4, 4, 2]), tf.zeros([1, height, width, 3])).shape == (1, height, width, 2)


def test_output_has_the_dtype_of_the_policy():
    x, like = tf.ones([1, 2, 2, 1], tf.bfloat16), tf.zeros([1, 4, 4, 3])
    assert ResizeLike(dtype="mixed_bfloat16")(x, like).dtype == tf.bfloat16
    assert ResizeLike(dtype="float32")(x, like).dtype == tf.float32
