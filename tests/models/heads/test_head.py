"""What a head is given, and what it must return."""

import keras
import numpy as np
import pytest

from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.head import Head
from bmt_tf.tasks import get_task

FEATURES = {name: np.ones((2, 3, 4, 6), "float32") for name in ("stage1", "features", "low_level")}
DEPTH = get_task("depth", head="mine")


def convolution(inputs, channels):
    return keras.layers.Conv2D(channels, 1, dtype="float32")(inputs.features["features"])


def test_a_head_gets_the_features_it_wants_in_its_order_and_the_image():
    head = Head(convolution, ("low_level", "features"))
    assert head.given(DEPTH, FEATURES) == ("low_level", "features")
    assert [tensor.name for tensor in head.model(DEPTH, Style(), FEATURES).inputs] == ["low_level", "features", "image"]


def test_low_level_features_alone_may_be_missing():
    assert Head(convolution, ("features", "low_level")).given(DEPTH, ["features"]) == ("features",)
    with pytest.raises(
        ValueError, match=r"`head` of task depth must want features .* \('features',\). Received: head='mine', .*stage1"
    ):
        Head(convolution, ("features", "stage1")).given(DEPTH, ["features"])


def test_a_label_per_image_needs_outputs_per_image_and_one_per_pixel_those_per_pixel():
    scene = get_task("scene", channels=4, head="mine")
    with pytest.raises(ValueError, match=r"`head` of task scene must have outputs per image.*'mine', .* per pixel"):
        Head(convolution, ("features",)).model(scene, Style(), FEATURES)
    with pytest.raises(ValueError, match=r"`head` of task depth must have outputs per pixel.*'mine', .* per image"):
        Head(convolution, ("features",), dense=False).check_form(DEPTH, False)


def test_a_head_is_built_with_the_encoders_style():
    seen = []

    def builder(inputs, channels):
        seen.append(inputs)
        return convolution(inputs, channels)

    Head(builder, ("features",)).model(DEPTH, Style(head_channels=5), FEATURES)
    assert seen[0].style == Style(head_channels=5)
    assert seen[0].image.shape == (None, None, None, 3)


def test_outputs_of_half_precision_or_other_channels_are_refused(bfloat16):
    for builder in (
        lambda inputs, channels: keras.layers.Conv2D(channels, 1)(inputs.features["features"]),
        lambda inputs, channels: convolution(inputs, channels + 1),
    ):
        with pytest.raises(ValueError, match=r"head 'mine' of task depth must return 1 channels in float32"):
            Head(builder, ("features",)).model(DEPTH, Style(), FEATURES)
