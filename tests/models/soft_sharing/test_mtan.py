"""MTAN: masks, what is shared, and the size of what is carried on."""

import keras
import numpy as np
import pytest

from bmt_tf.models import build_soft_sharing, get_encoder
from bmt_tf.tasks import get_task


@pytest.fixture
def network(network_of):
    return network_of("mtan")


def test_masks_of_weights_zero_are_one_half(network):
    attention = keras.models.clone_model(network.get_layer("attend_three_of_depth"))
    for variable in attention.trainable_variables:
        variable.assign(np.zeros(variable.shape))
    draw = np.random.default_rng(0)
    inputs = [draw.normal(size=(2, 4, 4, tensor.shape[-1])).astype("float32") for tensor in attention.inputs]
    np.testing.assert_allclose(attention(inputs), 0.5 * inputs[-1], rtol=1e-6)


def test_a_mask_sees_the_shared_features_before_the_last_block_and_what_was_carried_on(network):
    first, second = (network.get_layer(f"attend_{block}_of_depth") for block in ("one", "three"))
    assert [len(layer.inputs) for layer in (first, second)] == [2, 3]
    call = second._inbound_nodes[0]
    before, carried, features = (tensor._keras_history.operation.name for tensor in call.input_tensors)
    assert (before, carried, features) == ("two_g0", "carry_three", "three_g0")


def test_the_stages_are_shared_and_the_aspp_is_not(network):
    names = {layer.name for layer in network.layers}
    assert {"stem", "one_g0", "two_g0", "three_g0", "aspp_g0", "aspp_g1", "carry_three", "carry_end"} <= names
    assert "one_g1" not in names
    assert len(network.get_layer("carry_three")._inbound_nodes) == 2  # one convolution, called once for each task


def test_on_odd_maps_what_is_carried_is_as_large_as_the_shared_features():
    # Stride 2 between stages: 13 x 9 features become 7 x 5.
    encoder = get_encoder("resnet18", width=0.0625, aspp=False, output_stride=32)
    network = build_soft_sharing("mtan", encoder, [get_task("depth"), get_task("edge")])
    assert network(np.zeros((1, 49, 33, 3), "float32"))["edge"].shape == (1, 49, 33, 1)
    assert network.get_layer("carry_stage2_block2").get_layer("pool").pool_size == (2, 2)


def test_convolutions_are_separable_where_the_style_is(network):
    kinds = [type(layer) for layer in network.get_layer("carry_end").layers]
    assert keras.layers.DepthwiseConv2D in kinds
