"""MobileNetV2: equal to Keras' at output stride 32, consistent under dilation."""

import dataclasses

import keras
import numpy as np
import pytest

from bmt_tf.costs import model_cost
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.models.encoders.mobilenet_v2 import mobilenet_v2_encoder
from bmt_tf.tasks import get_task


@pytest.mark.parametrize("size", [(64, 96), (65, 97)])
def test_features_equal_keras_applications(size, trunk, images, randomise):
    reference = randomise(keras.applications.MobileNetV2((*size, 3), alpha=0.35, include_top=False, weights=None))
    model = trunk("mobilenet_v2_0.35", output_stride=32)
    for ours, theirs in mobilenet_v2_encoder(0.35).pretrained.layers.items():
        model.get_layer(ours).set_weights(reference.get_layer(theirs).get_weights())
    x = images(*size)
    reference = keras.Model(reference.input, reference.get_layer("block_16_project_BN").output)
    expected = reference(x / 127.5 - 1)
    assert np.std(expected) > 0.1
    np.testing.assert_allclose(model(x), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("size, phase", [((64, 96), 1), ((65, 97), 0)])
def test_dilated_features_subsampled_equal_strided_ones(size, phase, trunk, images, randomise):
    x = images(*size)
    strided = randomise(trunk("mobilenet_v2_0.1", output_stride=32))(x)
    dilated = randomise(trunk("mobilenet_v2_0.1", output_stride=8))(x)
    start = phase * 3  # TensorFlow takes the second of each two places where the size is even.
    np.testing.assert_allclose(dilated[:, start::4, start::4], strided, rtol=1e-4, atol=1e-4)


def test_blocks_and_channels():
    encoder = mobilenet_v2_encoder(1.0)
    assert encoder.block_names == (*(f"block_{number:02d}" for number in range(1, 18)), "aspp")
    assert (encoder.name, encoder.low_level, encoder.stride) == ("mobilenet_v2_1.0", "block_03", 16)
    model = encoder.blocks[13].model(96)
    assert (model.output.shape[-1], model.count_params()) == (160, 155_264 + 2_624)


def test_width_must_be_positive():
    with pytest.raises(ValueError, match=r"`width` must be positive. Received: width=0"):
        mobilenet_v2_encoder(0)


def test_dropout_stands_before_the_last_convolution_of_the_aspp_and_leaves_the_fresh_weights_as_they_are():
    task, networks = get_task("depth"), []
    for encoder in (mobilenet_v2_encoder(0.1), mobilenet_v2_encoder(0.1, dropout=0.1)):
        short = dataclasses.replace(encoder, blocks=(encoder.blocks[0], encoder.blocks[-1]), low_level=None)
        networks.append(build_branched(short, [task], Grouping.shared(["depth"], short.block_names), seed=3))
    plain, dropping = networks
    names = [layer.name for layer in dropping.get_layer("aspp_g0").layers]
    place = names.index("aspp_dropout")
    assert names[place - 1 : place + 2] == ["aspp_concat", "aspp_dropout", "aspp_project"]
    for ours, theirs in zip(dropping.weights, plain.weights, strict=True):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    assert model_cost(dropping, "multiply_adds", (64, 64)) == model_cost(plain, "multiply_adds", (64, 64))
