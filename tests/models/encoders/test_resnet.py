"""ResNets: Keras' form equal to Keras', consistent under dilation, the papers' form by its counts."""

import keras
import numpy as np
import pytest

from bmt_tf.costs.unvalued import without_values
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched, get_encoder
from bmt_tf.models.encoders.resnet import resnet18_encoder, resnet50_encoder
from bmt_tf.tasks import get_task

SIZES = ((64, 96), (65, 97))


def assert_dilated_features_are(expected, model, images, output_stride, rtol=1e-3):
    """Compares features of a model without the last strides, at the places of one that has them, with those."""
    step = 32 // output_stride
    for size, features in zip(SIZES, expected, strict=True):
        found = model(images(*size))[:, ::step, ::step]
        np.testing.assert_allclose(found, features, rtol=rtol, atol=1e-4 * np.max(features))


@pytest.mark.whole
def test_features_of_keras_form_equal_keras_applications_dilated_or_not(trunk, images, randomise):
    reference = randomise(keras.applications.ResNet50(include_top=False, weights=None, input_shape=(None, None, 3)))
    expected = [reference(keras.applications.resnet50.preprocess_input(images(*size))) for size in SIZES]
    for output_stride in (32, 8):
        model = trunk("resnet50_keras", output_stride=output_stride)
        for ours, theirs in get_encoder("resnet50_keras").pretrained.layers.items():
            model.get_layer(ours).set_weights(reference.get_layer(theirs).get_weights())
        assert_dilated_features_are(expected, model, images, output_stride, rtol=1e-4)


@pytest.mark.parametrize("name, output_stride", [("resnet18", 16), ("resnet18", 8), ("resnet50", 8)])
def test_dilated_features_subsampled_equal_strided_ones(name, output_stride, trunk, images, randomise):
    strided = randomise(trunk(name, width=0.125, output_stride=32))
    dilated = randomise(trunk(name, width=0.125, output_stride=output_stride))
    assert_dilated_features_are([strided(images(*size)) for size in SIZES], dilated, images, output_stride)


@pytest.mark.parametrize(
    "encoder, parameters",
    [
        (resnet50_encoder(keras_form=True), 23_534_592),
        (resnet18_encoder(), 11_176_512),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_parameters_of_the_trunk(encoder, parameters, trunk):
    model = trunk(encoder.name, output_stride=32)
    assert sum(np.prod(variable.shape) for variable in model.trainable_variables) == parameters


def test_a_thin_resnet_has_that_share_of_every_channel():
    channels = []
    for name in ("resnet18", "resnet18_0.25"):
        encoder = get_encoder(name)
        with without_values():
            network = build_branched(encoder, [get_task("depth")], Grouping.shared(["depth"], encoder.block_names))
        kernels = {variable.path: variable.shape for variable in network.variables if variable.path.endswith("/kernel")}
        channels.append({path: shape[-1] for path, shape in kernels.items()})
    whole, thin = channels
    head = {"reduce/kernel": 48, "fuse1/kernel": 32, "fuse2/kernel": 32, "logits/kernel": 1}
    assert len(whole) > 28
    assert thin == {path: count // 4 for path, count in whole.items()} | head


def test_rates_of_the_aspp_follow_the_output_stride():
    for output_stride, rate in ((32, 3), (16, 6), (8, 12)):
        aspp = resnet18_encoder(output_stride, width=0.125, aspp_channels=8).blocks[-1].model(4)
        assert aspp.get_layer("aspp_dilated1").dilation_rate == (rate, rate)


def test_at_output_stride_8_a_convolution_that_has_lost_its_stride_keeps_its_dilation(trunk):
    model, found = trunk("resnet50", width=0.125, output_stride=8), {}
    for layer in model.layers:
        if layer.name.endswith("_conv2"):
            found[layer.name.removesuffix("_conv2")] = layer.strides[0], layer.dilation_rate[0]
    assert found["stage2_block1"] == (2, 1) and found["stage2_block2"] == (1, 1)
    assert found["stage3_block1"] == (1, 1) and found["stage4_block1"] == (1, 2)
    assert {found[f"stage3_block{index}"] for index in range(2, 7)} == {(1, 2)}
    assert {found[f"stage4_block{index}"] for index in (2, 3)} == {(1, 4)}


def test_blocks_and_stages():
    encoder = resnet50_encoder()
    assert len(encoder.block_names) == 17
    assert resnet50_encoder(aspp=False).merged().block_names == ("stage1", "stage2", "stage3", "stage4")
    assert encoder.merged().block_names == ("stage1", "stage2", "stage3", "stage4", "aspp")
    assert resnet18_encoder().block_names[1:3] == ("stage1_block2", "stage2_block1")
