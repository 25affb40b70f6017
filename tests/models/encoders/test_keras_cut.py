"""Encoders cut from Keras models."""

import keras
import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.layers import BatchNorm
from bmt_tf.models import build_branched, encoder_from_keras
from bmt_tf.models.aspp import raspp_block
from bmt_tf.models.blocks import flat_layers
from bmt_tf.models.convolutions import Style

CUTS = ["block_1_project_BN", "block_2_add", "block_5_add"]


@pytest.fixture(scope="module")
def source(randomise):
    return randomise(keras.applications.MobileNetV2((64, 96, 3), alpha=0.35, include_top=False, weights=None))


def network(encoder, tasks, **settings):
    return build_branched(
        encoder, tasks, Grouping.separate([task.name for task in tasks], encoder.block_names), **settings
    )


def features(model, encoder, task, x):
    x = model.get_layer("stem")(x)
    for name in encoder.block_names:
        x = model.get_layer(f"{name}_g{task}")(x)
    return x


def test_every_branch_has_the_models_weights(source, tasks, images):
    encoder = encoder_from_keras(source, CUTS, low_level="block_2_add", normalise="minus_one_to_one")
    assert encoder.block_names == tuple(CUTS[1:])
    model = network(encoder, tasks[:2])
    x = images(64, 96)
    expected = keras.Model(source.input, source.get_layer(CUTS[-1]).output)(x / 127.5 - 1)
    for task in range(2):
        np.testing.assert_allclose(features(model, encoder, task, x), expected, rtol=1e-4, atol=1e-4)
    assert model(images(33, 47))["depth"].shape == (2, 33, 47, 1)


def test_batch_norm_is_ours(source, tasks):
    encoder = encoder_from_keras(source, CUTS, low_level=CUTS[0])
    assert encoder.low_level == "stem"
    model = network(encoder, tasks[:1], plain_last_norm=True)
    layers = list(flat_layers(model))
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in layers)
    norms = {layer.name: layer for layer in layers if isinstance(layer, BatchNorm)}
    assert norms["block_5_depthwise_BN"].scale and not norms["block_5_project_BN"].scale


def test_a_block_of_ours_may_follow(source):
    encoder = encoder_from_keras(source, CUTS, last_block=raspp_block(Style(), 8))
    assert encoder.block_names[-1] == "aspp"


def test_operations_that_are_no_layers_are_cut_too():
    image = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(4, 1, name="one")(image)
    y = keras.layers.Conv2D(4, 1, name="two")(x)
    z = keras.layers.Conv2D(2, 1, name="three")(keras.ops.cast(keras.ops.add(x, y), "float32"))
    model = keras.Model(image, z)
    encoder = encoder_from_keras(model, ["one", "three"])
    pixels = np.random.default_rng(0).uniform(size=(1, 3, 3, 3)).astype("float32")
    outputs = encoder.blocks[0].model(4)(encoder.stem_model()(pixels))
    np.testing.assert_allclose(outputs, model(pixels), rtol=1e-5)


def test_a_skip_across_a_cut_is_refused_by_name(source):
    message = r"`cuts` must not be crossed .*'block_1_project_BN' goes to layer 'block_2_add' past .* 'block_2_expand'"
    with pytest.raises(ValueError, match=message):
        encoder_from_keras(source, ["block_2_expand", "block_2_add"])


@pytest.mark.parametrize(
    "cuts, message",
    [
        (["block_5_add"], r"`cuts` must name at least two layers"),
        (["block_5_add", "block_99"], r"`cuts` must be names of layers of model .* Received: 'block_99'"),
        (
            ["block_5_add", "block_2_add"],
            r"`cuts` must follow the order of model .* Received: 'block_2_add' at place 1",
        ),
        (["block_5_add", "block_5_add"], r"`cuts` must follow the order of model"),
    ],
)
def test_bad_cuts_are_refused(source, cuts, message):
    with pytest.raises(ValueError, match=message):
        encoder_from_keras(source, cuts)


def test_model_must_be_functional():
    with pytest.raises(TypeError, match=r"`model` must be a functional Keras model. Received: Dense"):
        encoder_from_keras(keras.layers.Dense(1), ["a", "b"])
