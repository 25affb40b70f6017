"""Convolution, batch norm and activation in one step."""

import keras
import numpy as np

from bmt_tf.models.convolutions import Style, conv_norm, depthwise_norm

STYLE = Style(epsilon=2e-3, relu_limit=6.0)


def model(step):
    inputs = keras.Input((None, None, 8))
    return keras.Model(inputs, step(inputs))


def test_layers_bear_the_name_and_follow_the_style():
    net = model(lambda x: conv_norm(x, "reduce", 4, STYLE, 3, strides=2))
    assert [layer.name for layer in net.layers[1:]] == ["reduce", "reduce_bn", "reduce_relu"]
    assert net.get_layer("reduce_bn").epsilon == 2e-3
    assert not net.get_layer("reduce").use_bias
    outputs = net(np.full((1, 5, 5, 8), 1e3, "float32"))
    assert outputs.shape == (1, 3, 3, 4)
    assert np.max(outputs) <= 6


def test_activation_can_be_left_out():
    net = model(lambda x: conv_norm(x, "project", 4, STYLE, activate=False))
    assert np.min(net(np.random.default_rng(0).normal(size=(1, 5, 5, 8)))) < 0


def test_fresh_convolutions_keep_the_scale_of_their_input():
    x = np.random.default_rng(0).normal(size=(4, 32, 32, 8)).astype("float32")
    for step in (lambda x: conv_norm(x, "conv", 64, STYLE, 3), lambda x: depthwise_norm(x, "conv", STYLE)):
        net = model(step)
        scale = np.std(keras.Model(net.input, net.get_layer("conv").output)(x))
        assert 0.7 < scale / 2**0.5 < 1.4  # He et al.: twice the variance, of which a ReLU takes half.
