"""A frozen function computes the same, with its weights as they were when it was frozen."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.export.freezing import frozen


@pytest.mark.traced
def test_a_frozen_function_keeps_values_names_and_what_is_known_of_forms():
    weight = tf.Variable([[2.0], [3.0]])
    spec = tf.TensorSpec([None, 2], tf.float32, name="image")
    function = frozen(lambda x: {"product": x @ weight, "double": 2 * x}, spec)
    weight.assign([[0.0], [0.0]])
    found = function(np.float32([[1, 1], [1, 2]]))
    np.testing.assert_array_equal(found["product"], [[5], [8]])
    np.testing.assert_array_equal(found["double"], [[2, 2], [2, 4]])
    traced = function.get_concrete_function()
    assert not traced.variables
    assert traced.structured_outputs["product"].shape.as_list() == [None, 1]
