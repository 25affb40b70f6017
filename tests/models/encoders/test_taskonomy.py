"""Taskonomy's ResNet-50: strides at the end of stages, nothing dilated, features 16 times smaller."""

import keras
import numpy as np
import pytest

from bmt_tf.models import get_encoder


@pytest.fixture(scope="module")
def models():
    """Stem and blocks of a narrow one, by name."""
    encoder, built, channels = get_encoder("resnet50_taskonomy", width=1 / 16), {}, 4
    for block in encoder.blocks:
        built[block.name] = block.model(channels)
        channels = built[block.name].output.shape[-1]
    return {"stem": encoder.stem_model(), **built}


def test_the_stride_is_in_the_3x3_of_the_last_block_of_the_first_two_stages(models):
    strided = {
        layer.name
        for model in models.values()
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D) and layer.strides == (2, 2)
    }
    assert strided == {"stem_conv", "stage1_block3_conv2", "stage2_block4_conv2"}
    convolutions = [layer for m in models.values() for layer in m.layers if isinstance(layer, keras.layers.Conv2D)]
    assert {layer.dilation_rate for layer in convolutions} == {(1, 1)}


def test_features_are_16_times_smaller_and_the_stages_end_where_they_do(models):
    x, sizes = np.zeros((1, 128, 96, 3), "float32"), {}
    for name, model in models.items():
        x = model(x)
        sizes[name] = x.shape[1:3]
    ends = ("stem", "stage1_block2", "stage1_block3", "stage2_block4", "stage4_block3")
    assert [sizes[name] for name in ends] == [(32, 24), (32, 24), (16, 12), (8, 6), (8, 6)]


def test_a_strided_block_without_its_branch_takes_every_second_place(models):
    model = models["stage1_block3"]
    model.get_layer("stage1_block3_conv3_bn").gamma.assign(np.zeros(16))
    x = np.random.default_rng(0).uniform(size=(1, 7, 8, 16)).astype("float32")
    np.testing.assert_array_equal(model(x), x[:, ::2, ::2])


def test_another_output_stride_is_refused():
    with pytest.raises(ValueError, match=r"`output_stride` of encoder resnet50_taskonomy must be 16. .*=8"):
        get_encoder("resnet50_taskonomy", output_stride=8)
