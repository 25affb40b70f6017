"""ResNets: Keras' form equal to Keras', consistent under dilation, the papers' form by its counts."""

import keras
import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched, get_encoder
from bmt_tf.models.encoders.resnet import resnet18_encoder, resnet50_encoder
from bmt_tf.tasks import get_task


def test_features_of_keras_form_equal_keras_applications(trunk, images, randomise):
    reference = randomise(keras.applications.ResNet50(include_top=False, weights=None, input_shape=(None, None, 3)))
    model = trunk("resnet50_keras", output_stride=32)
    for ours, theirs in get_encoder("resnet50_keras").pretrained.layers.items():
        model.get_layer(ours).set_weights(reference.get_layer(theirs).get_weights())
    for size in ((64, 96), (65, 97)):
        x = images(*size)
        expected = reference(keras.applications.resnet50.preprocess_input(x.copy()))
        np.testing.assert_allclose(model(x), expected, rtol=1e-4, atol=1e-4 * np.max(expected))


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnet50_keras"])
@pytest.mark.parametrize("output_stride", [16, 8])
def test_dilated_features_subsampled_equal_strided_ones(name, output_stride, trunk, images, randomise):
    strided = randomise(trunk(name, width=0.125, output_stride=32))
    dilated = randomise(trunk(name, width=0.125, output_stride=output_stride))
    step = 32 // output_stride
    for size in ((64, 96), (65, 97)):
        expected = strided(images(*size))
        atol = 1e-4 * np.max(expected)
        np.testing.assert_allclose(dilated(images(*size))[:, ::step, ::step], expected, rtol=1e-3, atol=atol)


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


def test_at_output_stride_8_a_convolution_that_has_lost_its_stride_keeps_its_dilation():
    encoder = resnet50_encoder(output_stride=8, width=1 / 16, aspp=False)
    assert encoder.merged().block_names == ("stage1", "stage2", "stage3", "stage4")
    found = {}
    for block in encoder.blocks:
        layer = block.model(8).get_layer(f"{block.name}_conv2")
        found[block.name] = layer.strides[0], layer.dilation_rate[0]
    assert found["stage2_block1"] == (2, 1) and found["stage2_block2"] == (1, 1)
    assert found["stage3_block1"] == (1, 1) and found["stage4_block1"] == (1, 2)
    assert {found[f"stage3_block{index}"] for index in range(2, 7)} == {(1, 2)}
    assert {found[f"stage4_block{index}"] for index in (2, 3)} == {(1, 4)}


def test_blocks_and_stages():
    encoder = resnet50_encoder()
    assert len(encoder.block_names) == 17
    assert encoder.merged().block_names == ("stage1", "stage2", "stage3", "stage4", "aspp")
    assert resnet18_encoder().block_names[1:3] == ("stage1_block2", "stage2_block1")
