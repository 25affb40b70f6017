"""Counting on built models: by definition, through nesting and sharing."""

import keras
import pytest

from bmt_tf.costs import model_cost
from bmt_tf.layers import BatchNorm

layers = keras.layers


def cost(*steps, unit="multiply_adds", size=(6, 8)):
    image = keras.Input((None, None, 3))
    x = image
    for step in steps:
        x = step(x)
    return model_cost(keras.Model(image, x), unit, size)


@pytest.mark.parametrize(
    "steps, plain, papers",
    [
        ([layers.Conv2D(5, 3, use_bias=False)], 4 * 6 * 5 * 27, 4 * 6 * 5 * 26.5),
        ([layers.Conv2D(5, 3, strides=2, padding="same")], 3 * 4 * 5 * 27, 3 * 4 * 5 * 27),
        ([layers.Conv2D(6, 1, groups=3)], 48 * 6, 48 * 6),
        ([layers.DepthwiseConv2D(3, padding="same", use_bias=False)], 48 * 3 * 9, 48 * 3 * 8.5),
        ([layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)], 48 * 6 * 9, 48 * 6 * 9),
        ([layers.SeparableConv2D(5, 3, padding="same")], 48 * (27 + 15), 48 * (3 * 8.5 + 15)),
        ([layers.Conv2DTranspose(5, 2, strides=2)], 48 * 3 * 4 * 5, 48 * 3 * 4 * 5),
        ([layers.GlobalAveragePooling2D(), layers.Dense(7)], 21, 21 + 48 * 3 / 2),
        ([layers.MaxPooling2D(3, strides=2, padding="same")], 0, 9 / 2 * 3 * 4 * 3),
        ([BatchNorm(), layers.ReLU(), layers.Rescaling(2.0)], 0, 0),
    ],
)
def test_layers_cost_what_the_definition_says(steps, plain, papers):
    assert cost(*steps) == plain
    assert cost(*steps, unit="paper_multiply_adds") == papers


def test_parameters_are_the_trainable_ones_counted_once():
    conv = layers.Conv2D(3, 1)
    assert cost(conv, BatchNorm(), conv, unit="parameters") == 12 + 6


def test_a_layer_called_twice_counts_twice():
    conv = layers.Conv2D(3, 1)
    assert cost(conv, conv) == 2 * 48 * 9


def test_nested_models_are_entered_and_counted_at_their_size():
    inside = keras.Input((None, None, 3))
    nested = keras.Model(inside, layers.Conv2D(3, 1, strides=2)(inside))
    assert cost(nested, nested) == (3 * 4 + 2 * 2) * 9
    assert cost(keras.Sequential([layers.Conv2D(4, 1), layers.Conv2D(5, 1)])) == 48 * (12 + 20)


def test_a_layer_of_ones_own_says_what_it_costs():
    class Product(layers.Layer):
        def call(self, x):
            return x * x

        def compute_output_shape(self, input_shape):
            return input_shape

        def multiply_adds(self, input_shape):
            return input_shape[1] * input_shape[2] * input_shape[3]

    assert cost(Product()) == 48 * 3
    assert cost(Product(), unit="paper_multiply_adds") == 48 * 3


def test_milliseconds_are_no_count():
    with pytest.raises(
        ValueError, match=r"`unit` must be one that is counted; bmt_tf\.export\.tree_costs.*milliseconds"
    ):
        cost(layers.Conv2D(3, 1), unit="milliseconds")


def test_layers_that_cannot_be_counted_are_refused():
    with pytest.raises(ValueError, match=r"layer odd must be of a known kind .* Received: a EinsumDense with weights"):
        cost(layers.EinsumDense("bhwc,cd->bhwd", (None, None, 4), name="odd"))


def test_unknown_unit_is_refused():
    with pytest.raises(ValueError, match=r"`unit` must be one of .* Received: unit='flops'"):
        cost(layers.ReLU(), unit="flops")


def test_models_that_are_not_functional_are_refused():
    class Subclassed(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(TypeError, match=r"`model` must be made of functional models. Received: odd, a Subclassed"):
        model_cost(Subclassed(name="odd"), "multiply_adds", (6, 8))
