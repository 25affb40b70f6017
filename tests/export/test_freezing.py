"""A frozen function computes the same, with its weights as they were when it was frozen, and nothing besides."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.export.freezing import frozen, where

pytestmark = pytest.mark.traced


@pytest.fixture(scope="module")
def functions():
    weight = tf.Variable([[2.0], [3.0]])

    def outputs(x):
        with tf.name_scope("head"):
            product = tf.identity(x @ weight)
        return {"product": product, "double": 2 * x}

    spec = tf.TensorSpec([None, 2], tf.float32, name="image")
    found = frozen(outputs, spec, {"all": ["product", "double"], "one": ["double"]})
    weight.assign([[0.0], [0.0]])
    return found


def test_a_frozen_function_keeps_values_names_and_what_is_known_of_forms(functions):
    found = functions["all"](np.float32([[1, 1], [1, 2]]))
    np.testing.assert_array_equal(found["product"], [[5], [8]])
    np.testing.assert_array_equal(found["double"], [[2, 2], [2, 4]])
    traced = functions["all"].get_concrete_function()
    assert not traced.variables
    assert traced.structured_outputs["product"].shape.as_list() == [None, 1]


def test_a_part_has_the_operations_of_its_outputs_alone(functions):
    found = functions["one"](np.float32([[1, 1]]))
    np.testing.assert_array_equal(found["double"], [[2, 2]])
    assert set(found) == {"double"}
    types = {operation.type for operation in functions["one"].get_concrete_function().graph.get_operations()}
    assert "Mul" in types and "MatMul" not in types


def test_an_operator_is_named_with_its_place(functions):
    assert where(functions["all"], ["MatMul", "Igamma"]) == "MatMul in head/matmul, Igamma"
