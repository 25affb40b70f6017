"""Blocks: built any number of times, joined, tapped, and without the last scale and shift."""

import keras
import numpy as np
import pytest

from bmt_tf.layers import BatchNorm
from bmt_tf.models.blocks import Block, flat_layers
from bmt_tf.models.convolutions import Style, conv_norm

STYLE = Style()


def block(name, filters=4):
    def apply(x):
        x = conv_norm(x, f"{name}_first", filters, STYLE)
        return conv_norm(x, f"{name}_second", filters, STYLE, activate=False)

    return Block(name, apply)


def test_each_model_has_weights_of_its_own():
    one, two = block("a").model(3), block("a").model(3, "twin")
    assert (one.name, two.name) == ("a", "twin")
    assert not {id(variable) for variable in one.variables} & {id(variable) for variable in two.variables}


def test_joined_block_does_what_its_blocks_do():
    joined = Block.joined("ab", [Block.joined("aa", [block("a1"), block("a2")]), block("b")])
    assert [part.name for part in joined.parts] == ["a1", "a2", "b"]
    whole = joined.model(3, tap="a2")
    x = np.ones((1, 2, 2, 3), "float32")
    steps = []
    for part in joined.parts:
        step = part.model(3 if part.name == "a1" else 4)
        for layer in flat_layers(step):
            layer.set_weights(whole.get_layer(layer.name).get_weights())
        x = step(x)
        steps.append(x)
    outputs, tapped = whole(np.ones((1, 2, 2, 3), "float32"))
    np.testing.assert_allclose(outputs, steps[2], rtol=1e-5)
    np.testing.assert_allclose(tapped, steps[1], rtol=1e-5)


def test_only_the_last_norm_goes_plain():
    model = block("a").model(3, plain_last_norm=True)
    scales = {layer.name: layer.scale or layer.center for layer in flat_layers(model) if isinstance(layer, BatchNorm)}
    assert scales == {"a_first_bn": True, "a_second_bn": False}
    x = np.random.default_rng(0).normal(size=(2, 3, 3, 3)).astype("float32")
    np.testing.assert_allclose(np.mean(model(x, training=True), (0, 1, 2)), 0, atol=1e-5)


def test_block_without_norm_stays_as_it_is_without_the_last_scale():
    plain = Block("pool", lambda x: keras.layers.MaxPooling2D(name="pool_max")(x))
    assert len(plain.model(3, plain_last_norm=True).layers) == 2


def test_input_has_the_dtype_that_the_policy_computes_in(bfloat16):
    assert block("a").model(3).input.dtype == "bfloat16"


@pytest.mark.parametrize("name", ["", "a/b"])
def test_bad_names_are_refused(name):
    with pytest.raises(ValueError, match=r"`name` of a block must be"):
        block(name)


def test_unknown_tap_is_refused():
    with pytest.raises(ValueError, match=r"`tap` must be one of \['a'\] in block a. Received: tap='b'"):
        block("a").model(3, tap="b")
