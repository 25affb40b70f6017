"""Batch norms folded away: the same outputs, for every encoder, and left alone where they cannot be."""

import re

import keras
import numpy as np
import pytest
import toys

from bmt_tf.export.folding import folded
from bmt_tf.grouping import Grouping
from bmt_tf.layers import BatchNorm, Conv2D
from bmt_tf.models import build_branched, build_soft_sharing, get_encoder
from bmt_tf.models.blocks import flat_layers
from bmt_tf.tasks import get_task

TASKS = [get_task("depth"), get_task("scene", channels=4)]
NAMES = [task.name for task in TASKS]
# By what stands in them: depthwise convolutions, shortcuts and places of an ASPP, biases, nested models.
ENCODERS = {
    "tiny": toys.tiny_encoder,
    "resnet18": lambda: get_encoder("resnet18", width=1 / 16, aspp_channels=8, head_channels=8),
    "thin_vgg16_2": lambda: get_encoder("thin_vgg16_2"),
    "cut": toys.cut_encoder,
}


def settled(model):
    """Gives batch norms moments and scales as after training, and biases that are not 0."""
    draw = np.random.default_rng(0)
    for variable in model.variables:
        if len(variable.shape) == 1:
            variable.assign(draw.uniform(0.5, 1.5, variable.shape))
    return model


def norms(model):
    return [layer for layer in flat_layers(model) if isinstance(layer, BatchNorm)]


def same(network, size=(37, 53)):
    image = np.random.default_rng(1).uniform(0, 255, (2, *size, 3)).astype("float32")
    copy = folded(network)
    before, after = network(image, training=False), copy(image, training=False)
    assert set(before) == set(after)
    for name, value in before.items():
        np.testing.assert_allclose(after[name], value, rtol=1e-4, atol=1e-5 * max(1.0, np.abs(value).max()))
    return copy


@pytest.mark.parametrize("name", ENCODERS)
def test_networks_of_every_kind_of_encoder_compute_the_same_without_a_norm(name):
    encoder = ENCODERS[name]()
    grouping = Grouping.from_routing(NAMES, encoder.block_names, [[0, 0]] * (len(encoder.blocks) - 1) + [[0, 1]])
    network = settled(build_branched(encoder, TASKS, grouping, seed=0))
    copy = same(network)
    assert norms(network) and not norms(copy)
    assert [layer.name for layer in copy.layers] == [layer.name for layer in network.layers]


@pytest.mark.parametrize("method", ["nddr", "mtan"])
def test_soft_sharing_networks_compute_the_same(method):
    encoder = toys.staged_encoder()
    network = settled(build_soft_sharing(method, encoder, TASKS, seed=0))
    assert len(norms(same(network))) < len(norms(network))


def test_a_network_of_one_trained_before_is_untouched():
    encoder = toys.tiny_encoder()
    network = settled(build_branched(encoder, TASKS, Grouping.shared(NAMES, encoder.block_names), seed=0))
    before = [variable.numpy() for variable in network.variables]
    folded(network)
    assert all(map(np.array_equal, before, (variable.numpy() for variable in network.variables)))


def test_norms_that_cannot_be_folded_stay():
    image = keras.Input((None, None, 3))
    split = Conv2D(4, 3, name="split")(image)
    after = BatchNorm(name="of_split")(split)
    bent = BatchNorm(name="of_bent")(Conv2D(4, 3, activation="relu", name="bent")(image))
    twice, norm = Conv2D(4, 3, name="twice"), BatchNorm(name="of_twice")
    first = BatchNorm(name="of_image")(image)
    called = [norm(twice(image)), norm(twice(first))]
    outputs = {"a": split, "b": after, "c": bent, "d": called[0], "e": called[1], "f": first}
    network = settled(keras.Model(image, outputs))
    assert folded(network) is network


def test_networks_of_half_precision_are_left_alone():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        encoder = toys.tiny_encoder()
        network = build_branched(encoder, TASKS, Grouping.shared(NAMES, encoder.block_names), seed=0)
    finally:
        keras.config.set_dtype_policy(before)
    assert len(norms(folded(network))) == len(norms(network))


@pytest.mark.parametrize("kind", ["dense", "depthwise", "transposed", "keras"])
def test_every_kind_of_layer_is_folded(kind):
    image = keras.Input((6, 6, 3))
    layers = {
        "dense": keras.layers.Dense(5),
        "depthwise": keras.layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", use_bias=False),
        "transposed": keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same"),
        "keras": keras.layers.Conv2D(4, 3),
    }
    norm = keras.layers.BatchNormalization(scale=False) if kind == "keras" else BatchNorm()
    network = settled(keras.Model(image, {"out": norm(layers[kind](image))}))
    copy = same(network, (6, 6))
    assert not [one for one in copy.layers if re.search("batch_norm", type(one).__name__.lower())]
    assert not norms(copy)
