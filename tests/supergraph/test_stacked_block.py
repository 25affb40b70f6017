"""Stacked candidates against separate copies of the block, forward, gradient and moving moments."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.layers import BatchNorm
from bmt_tf.models import Block, encoder_from_keras, get_encoder
from bmt_tf.models.blocks import flat_layers
from bmt_tf.supergraph.stacked_block import StackedBlock

CHANNELS, CANDIDATES = 8, 2
WEIGHTS = (0.3, 0.7)


def cut_block():
    """A block cut from a Keras model; its batch norm in the middle has a scale, its last has none."""
    image = keras.Input((None, None, CHANNELS))
    x = keras.layers.Conv2D(CHANNELS, 1, name="start")(image)
    y = keras.layers.SeparableConv2D(CHANNELS, 3, padding="same", name="separable")(x)
    y = keras.layers.BatchNormalization(name="norm")(y)
    y = keras.layers.Activation("swish", name="swish")(y)
    y = keras.layers.BatchNormalization(momentum=0.9, name="last")(keras.layers.Conv2D(CHANNELS, 1, name="conv")(y))
    return encoder_from_keras(keras.Model(image, keras.layers.Add(name="end")([x, y])), ["start", "end"]).blocks[0]


BLOCKS = {
    "inverted residuals, dilated and joined": lambda: get_encoder("mobilenet_v2_0.1").merged().blocks[5],
    "bottleneck with biases": lambda: get_encoder("resnet50_keras", width=1 / 16).blocks[0],
    "ASPP": lambda: get_encoder("resnet50", aspp_channels=8).blocks[-1],
    "cut from a Keras model": cut_block,
}


@pytest.fixture(scope="module", params=BLOCKS)
def pair(request, randomise):
    """A stacked block and copies of the block with the same weights."""
    block = BLOCKS[request.param]()
    stacked = randomise(StackedBlock(block, CHANNELS, CANDIDATES))
    copies = [block.model(CHANNELS, plain_last_norm=True) for _ in range(CANDIDATES)]
    for candidate, copy in enumerate(copies):
        stacked.copy_to(candidate, copy)
    return stacked, copies


def features():
    return tf.constant(np.random.default_rng(1).normal(size=(2, 10, 12, CHANNELS)), tf.float32)


def gradients(function, weights):
    """Returns output, gradients by input and routing and by weights."""
    x, routing = features(), tf.constant(WEIGHTS)
    with tf.GradientTape() as tape:
        tape.watch([x, routing])
        y = function(x, routing)
        loss = tf.reduce_sum(tf.sin(y) * tf.reshape(tf.range(tf.size(y), dtype=tf.float32), y.shape) / 100)
    to_x, to_routing, *to_weights = tape.gradient(loss, [x, routing, *(v.value for v in weights)])
    return y, to_x, to_routing, to_weights


def close(one, other):
    scale = max(1.0, float(np.abs(other).max()))
    np.testing.assert_allclose(one, other, rtol=1e-3, atol=2e-4 * scale)


def test_mixture_equals_separate_copies(pair):
    stacked, copies = pair
    count = len(copies[0].trainable_variables)
    expected = gradients(
        lambda x, z: tf.add_n([z[j] * copy(x, training=True) for j, copy in enumerate(copies)]),
        [variable for copy in copies for variable in copy.trainable_variables],
    )
    result = gradients(lambda x, z: stacked.soft(x, z, "theta"), stacked.trainable_variables)
    for one, other in zip(result[:3], expected[:3], strict=True):
        close(one, other)
    for place, gradient in enumerate(result[3]):
        close(gradient, np.stack(expected[3][place::count]))
    for candidate, copy in enumerate(copies):  # Both have seen the batch once.
        for variable, value in zip(stacked.non_trainable_variables, copy.non_trainable_variables, strict=True):
            close(variable[candidate], value)


@pytest.mark.parametrize("mode", ["theta", "inference"])
def test_choice_equals_the_one_hot_mixture(pair, mode):
    stacked, _ = pair
    for candidate in range(CANDIDATES):
        before = stacked.get_weights()
        expected = gradients(
            lambda x, _, j=candidate: stacked.soft(x, tf.one_hot(j, CANDIDATES), mode), stacked.trainable_variables
        )
        mixed = [v.numpy()[candidate] for v in stacked.non_trainable_variables]
        stacked.set_weights(before)
        result = gradients(lambda x, _, j=candidate: stacked.hard(x, tf.constant(j), mode), stacked.trainable_variables)
        close(result[0], expected[0])
        close(result[1], expected[1])
        for one, other in zip(result[3], expected[3], strict=True):
            close(one, other)
        for variable, value, old in zip(stacked.non_trainable_variables, mixed, before[-len(mixed) :], strict=True):
            close(variable[candidate], value)
            others = [j for j in range(CANDIDATES) if j != candidate]
            np.testing.assert_array_equal(variable.numpy()[others], old[others])


def test_alpha_touches_no_moments_and_gives_weights_no_gradient(pair):
    stacked, _ = pair
    before = stacked.get_weights()
    expected = gradients(lambda x, z: stacked.soft(x, z, "theta"), stacked.trainable_variables)
    stacked.set_weights(before)
    result = gradients(lambda x, z: stacked.soft(x, z, "alpha"), stacked.trainable_variables)
    for one, other in zip(result[:3], expected[:3], strict=True):
        close(one, other)
    assert result[3] == [None] * len(stacked.trainable_variables)
    for value, old in zip(stacked.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, old)


def test_last_norm_is_plain():
    block = get_encoder("mobilenet_v2_0.1").blocks[1]
    stacked = StackedBlock(block, CHANNELS, 2)
    last = [layer for layer in flat_layers(block.model(CHANNELS)) if isinstance(layer, BatchNorm)][-1].name
    names = [variable.name for variable in stacked.weights if variable.name.startswith(last)]
    assert sorted(names) == [f"{last}_moving_mean", f"{last}_moving_variance"]


def test_one_variable_per_weight_holds_all_candidates():
    block = Block("dense", lambda x: keras.layers.Conv2D(5, 1, name="dense_conv")(x))
    stacked = StackedBlock(block, CHANNELS, 4)
    assert [(v.name, tuple(v.shape)) for v in stacked.weights] == [
        ("dense_conv_kernel", (4, 1, 1, CHANNELS, 5)),
        ("dense_conv_bias", (4, 5)),
    ]
    assert stacked.output_channels == 5
