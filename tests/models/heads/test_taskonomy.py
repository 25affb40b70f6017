"""Taskonomy's decoders: their layers in order, outputs at the size of the image, and a scene for any size."""

import keras
import numpy as np
import pytest

from bmt_tf.layers import Dropout
from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.taskonomy import HEADS
from bmt_tf.tasks import get_task

STYLE = Style(relu_limit=None)
# Widths for features of 2048 channels, a sixteenth of each here; transposed convolutions are `up`.
LAYERS = (
    *("conv 1024", "conv 1024", "conv 512", "conv 256", "conv 256"),
    *("conv 128", "up 64", "conv 64", "up 32", "conv 32", "up 16", "conv 32", "up 16"),
)


def model_of(name, channels=128, size=(4, 6)):
    task = get_task("scene", channels=5) if name == "taskonomy_scene" else get_task("semseg", channels=5)
    features = np.random.default_rng(0).normal(size=(2, *size, channels)).astype("float32")
    return HEADS[name].model(task, STYLE, {"features": features}), features


@pytest.mark.parametrize("name", ["taskonomy", "taskonomy_bottleneck"])
def test_five_convolutions_come_first_then_convolutions_and_transposed_ones_in_turn(name):
    head, features = model_of(name)
    kinds = keras.layers.Conv2D, keras.layers.Conv2DTranspose
    found = [layer for layer in head.layers if isinstance(layer, kinds)]
    ours = [("up" if isinstance(layer, kinds[1]) else "conv", layer.filters) for layer in found]
    expected = [(kind, max(8, int(width) // 16)) for kind, width in map(str.split, LAYERS)]
    assert ours == [("conv", 8)] * (name == "taskonomy_bottleneck") + expected + [("conv", 5)]
    assert all(layer.kernel_size == (3, 3) for layer in found)
    assert all(layer.strides == (2, 2) for layer in found if isinstance(layer, kinds[1]))
    assert found[-1].use_bias and not any(layer.use_bias for layer in found[:-1])
    before = head.get_layer("logits").output.shape
    assert head([features, np.ones((2, 64, 96, 3), "float32")]).shape == (2, 64, 96, 5) and before[-1] == 5


def test_outputs_are_not_bounded():
    head, features = model_of("taskonomy")
    outputs = np.asarray(head([1e3 * features, np.ones((2, 64, 96, 3), "float32")]))
    assert outputs.min() < -1 or outputs.max() > 1


def test_a_scene_is_seen_place_by_place_and_16_by_16_features_as_they_are():
    head, features = model_of("taskonomy_scene", size=(16, 16))
    places = keras.Model(head.inputs, [head.get_layer("code_relu").output, head.get_layer("flat").output])
    image = np.ones((2, 256, 256, 3), "float32")
    code, flat = places([features, image])
    np.testing.assert_array_equal(flat, np.reshape(code, (2, -1)))
    assert head.get_layer("dense").kernel.shape == (2048, 128) and not head.get_layer("dense").use_bias
    (dropout,) = [layer for layer in head.layers if isinstance(layer, Dropout)]
    assert dropout.rate == 0.5
    assert head([features[:, :3, :5], image]).shape == (2, 5)
