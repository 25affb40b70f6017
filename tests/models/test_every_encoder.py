"""What holds for every encoder: those by name, and one cut from a Keras model."""

import dataclasses
import math
import re

import numpy as np
import pytest
import tensorflow as tf
import toys

from bmt_tf.costs import cost_table, model_cost
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched, encoder_names, get_encoder
from bmt_tf.tasks import get_task

# What makes an encoder small enough for a test. One without an entry is tried as it is.
SMALL = {"width": 1 / 16, "aspp_channels": 8, "head_channels": 8}
OPTIONS = {
    "mobilenet_v2_0.1": {"aspp_channels": 8, "head_channels": 8},
    "resnet18": SMALL,
    "resnet50": SMALL,
    "resnet50_keras": SMALL,
    "resnet50_taskonomy": {"width": 1 / 16, "head_channels": 8},
    # With features for places, as dense tasks need them.
    "celeba_resnet18": {"width": 1 / 16, "head_channels": 8, "whole_image": False},
    "vgg16": {"whole_image": False},
    "thin_vgg16_4": {"whole_image": False},
}
MEMBERS = {"<omega>": "4"}  # of a family; others have a width of 0.1
# The toy with dropout has layers without names on purpose.
NAMES = [re.sub(r"<\w+>", lambda part: MEMBERS.get(part[0], "0.1"), n) for n in encoder_names() if n != "dropping"]
SIZE = (37, 53)
DEPTH = get_task("depth")
TASKS = [get_task("semseg", channels=5), get_task("scene", channels=4), DEPTH]


def encoder_of(name):
    return toys.cut_encoder() if name == "cut" else get_encoder(name, **OPTIONS.get(name, {}))


def network_of(encoder):
    """Returns the network of one dense task."""
    return build_branched(encoder, [DEPTH], Grouping.shared(["depth"], encoder.block_names), seed=1)


@pytest.fixture(scope="module", params=[*NAMES, "cut"])
def encoder(request):
    """Every encoder in turn."""
    return encoder_of(request.param)


@pytest.fixture(scope="module")
def network(encoder):
    """Its network of one dense task."""
    return network_of(encoder)


@pytest.fixture(scope="module")
def folded(encoder):
    """The encoder with its low level inside the stem."""
    return dataclasses.replace(encoder, low_level="stem").folded(1)


@pytest.fixture(scope="module")
def folded_network(folded):
    """The network of that."""
    return network_of(folded)


@pytest.fixture
def image(images):
    """Two images of an odd size."""
    return tf.constant(images(*SIZE))


def walked(encoder, network, image):
    """Returns the features by name that the nodes of a network of one task give."""

    def apply(block, x):
        return network.get_layer("stem" if block is encoder.stem else f"{block.name}_g0")(x)

    return encoder.walk(image, apply)


@pytest.mark.parametrize("name", NAMES)
def test_an_encoder_bears_the_name_it_is_asked_by(name):
    assert encoder_of(name).name == name


def test_layers_bear_the_name_of_their_block(encoder, network):
    for block in (encoder.stem, *encoder.blocks):
        node = network.get_layer("stem" if block is encoder.stem else f"{block.name}_g0")
        assert all(layer.name.startswith(f"{block.name}_") for layer in node.layers[1:]), block.name


def test_features_have_the_names_of_blocks_and_stages(encoder, network, image):
    features = walked(encoder, network, image)
    assert {"stem", "features", *encoder.block_names, *encoder.merged().block_names} <= set(features)
    assert features["features"] is features[encoder.block_names[-1]]


def test_features_are_as_small_as_the_stride_says(encoder, network, images):
    for size in ((64, 96), SIZE):
        features = walked(encoder, network, images(*size))["features"]
        assert features.shape[1:3] == tuple(math.ceil(side / encoder.stride) for side in size)


def test_walking_the_nodes_of_a_network_computes_what_it_does(encoder, network, folded, folded_network, image):
    for each, whole in ((encoder, network), (folded, folded_network)):
        features = walked(each, whole, image)
        outputs = whole.get_layer("head_depth")(each.head_inputs(DEPTH, features, image))
        np.testing.assert_allclose(outputs, whole(image)["depth"], rtol=1e-4, atol=1e-4)


def test_low_level_features_are_those_of_the_step_that_is_named(encoder, network, image):
    for place in (None, "stem", encoder.block_names[0], encoder.block_names[-1]):
        changed = dataclasses.replace(encoder, low_level=place)
        features = walked(changed, network, image)
        assert features.get("low_level") is (place and features[place])
        head = changed.head_model(DEPTH, features)
        assert head(changed.head_inputs(DEPTH, features, image)).shape == (*image.shape[:3], 1)


def test_low_level_features_may_leave_inside_the_stem(encoder, folded, folded_network, image):
    stem, whole = encoder.stem_model(), folded_network.get_layer("stem")
    for layer in stem.layers:
        layer.set_weights(whole.get_layer(layer.name).get_weights())
    features = walked(folded, folded_network, image)
    np.testing.assert_allclose(features["low_level"], stem(image), rtol=1e-4, atol=1e-4)
    assert features["low_level"] is not features["stem"]


def test_cost_table_equals_the_built_network(encoder):
    encoder = encoder.folded(len(encoder.blocks) // 2).merged()
    routing = [[0, 0, 0]] * (len(encoder.blocks) - 1) + [[0, 1, 0]]
    grouping = Grouping.from_routing([task.name for task in TASKS], encoder.block_names, routing)
    network = build_branched(encoder, TASKS, grouping)
    for unit in ("parameters", "paper_multiply_adds"):
        assert model_cost(network, unit, SIZE) == cost_table(encoder, TASKS, SIZE, unit).cost(grouping)
