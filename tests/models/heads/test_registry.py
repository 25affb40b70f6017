"""Heads: sizes, precision, and the user's own."""

import keras
import numpy as np
import pytest

from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.heads import head_model, head_names, register_head
from bmt_tf.tasks import get_task

SEPARABLE, DENSE = Style(separable=True, head_channels=8), Style(separable=False, head_channels=8)


@pytest.fixture
def bfloat16():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


def inputs(low_level=True):
    draw = np.random.default_rng(0).normal
    arrays = [draw(size=shape).astype("float32") for shape in ((2, 3, 4, 6), (2, 10, 14, 5), (2, 39, 55, 3))]
    return arrays if low_level else [arrays[0], arrays[2]]


@pytest.mark.parametrize("style", [SEPARABLE, DENSE])
@pytest.mark.parametrize("low_level", [True, False])
def test_dense_logits_have_the_size_of_the_image(style, low_level):
    head = head_model(get_task("semseg", channels=7), style, 6, 5 if low_level else None)
    assert head.name == "head_semseg"
    assert head(inputs(low_level)).shape == (2, 39, 55, 7)


def test_separable_and_dense_heads_differ_in_their_convolutions():
    kinds = [
        {type(layer).__name__ for layer in head_model(get_task("depth"), style, 6, 5).layers}
        for style in (SEPARABLE, DENSE)
    ]
    assert "DepthwiseConv2D" in kinds[0] - kinds[1]


def test_pooled_head_gives_one_vector_per_image():
    head = head_model(get_task("scene", channels=4), SEPARABLE, 6, 5)
    x = inputs()
    kernel, bias = head.get_layer("logits").get_weights()
    np.testing.assert_allclose(head(x), x[0].mean(axis=(1, 2)) @ kernel + bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("task", ["depth", "scene"])
def test_outputs_are_float32_in_half_precision(task, bfloat16):
    head = head_model(get_task(task), SEPARABLE, 6, 5)
    assert head.layers[0].dtype == "bfloat16"
    assert head(inputs()).dtype == "float32"


def test_users_own_head():
    def mean_head(features, low_level, image, channels, style):
        x = keras.layers.GlobalMaxPooling2D(name="pool")(features)
        return keras.layers.Dense(channels, dtype="float32", name="out")(x)

    register_head("mean", mean_head)
    assert "mean" in head_names()
    assert head_model(get_task("scene", channels=4, head="mean"), DENSE, 6, None)(inputs(False)).shape == (2, 4)


def test_unknown_head_is_refused():
    with pytest.raises(ValueError, match=r"`head` of task depth must be one of .* Received: head='pyramid'"):
        head_model(get_task("depth", head="pyramid"), DENSE, 6)


def test_head_of_half_precision_is_refused(bfloat16):
    register_head("half", lambda features, low, image, channels, style: keras.layers.Conv2D(channels, 1)(features))
    with pytest.raises(ValueError, match=r"head 'half' of task depth must return 1 channels in float32"):
        head_model(get_task("depth", head="half"), DENSE, 6)
