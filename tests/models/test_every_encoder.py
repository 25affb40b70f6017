"""What holds for every encoder: those by name, and one cut from a Keras model."""

import dataclasses
import functools
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
# Others are built by the functions that build their thin forms.
BUILT = [name for name in NAMES if name not in ("resnet18", "vgg16")]
SIZE = (37, 53)
DEPTH = get_task("depth")
TASKS = [get_task("semseg", channels=5), get_task("scene", channels=4), DEPTH]


def encoder_of(name):
    return toys.cut_encoder() if name == "cut" else get_encoder(name, **OPTIONS.get(name, {}))


def tree(encoder):
    """Returns the tree in which scenes part from the other tasks where the last stage, or block without one, begins."""
    stages = [block.stage or block.name for block in encoder.blocks]
    routing = [[0, int(stage == stages[-1]), 0] for stage in stages]
    return Grouping.from_routing([task.name for task in TASKS], encoder.block_names, routing)


@pytest.fixture(scope="module", params=[*BUILT, "cut"])
def encoder(request):
    """Every encoder in turn."""
    return encoder_of(request.param)


@pytest.fixture(scope="module")
def network(encoder):
    """Its network of that tree."""
    return build_branched(encoder, TASKS, tree(encoder), seed=1)


@pytest.fixture(scope="module")
def steps(encoder, network, images):
    """A function from a size to what stem and blocks of the network give for images of it, on the path of depths."""

    @functools.cache
    def steps(size):
        found = {}

        def apply(block, x):
            found[block.name] = node(encoder, network, block)(x)
            return found[block.name]

        encoder.walk(tf.constant(images(*size)), apply)
        return found

    return steps


@pytest.fixture(scope="module")
def image(images):
    """Two images of an odd size."""
    return tf.constant(images(*SIZE))


def node(encoder, network, block):
    """Returns the node of a block that is on the path of depths."""
    return network.get_layer("stem" if block is encoder.stem else f"{block.name}_g0")


def walked(encoder, image, steps):
    """Returns the features by name that steps which were computed give."""
    return encoder.walk(image, lambda block, _: steps[block.name])


def outputs_of_the_head(encoder, network, features, image):
    return network.get_layer("head_depth")(encoder.head_inputs(DEPTH, features, image))


@pytest.mark.parametrize("name", NAMES)
def test_an_encoder_bears_the_name_it_is_asked_by(name):
    assert encoder_of(name).name == name


def test_layers_bear_the_name_of_their_block(encoder, network):
    for block in (encoder.stem, *encoder.blocks):
        layers = node(encoder, network, block).layers[1:]
        assert all(layer.name.startswith(f"{block.name}_") for layer in layers), block.name


def test_features_have_the_names_of_blocks_and_stages(encoder, image, steps):
    features = walked(encoder, image, steps(SIZE))
    assert {"stem", "features", *encoder.block_names, *encoder.merged().block_names} <= set(features)
    assert features["features"] is features[encoder.block_names[-1]]


def test_features_are_as_small_as_the_stride_says(encoder, steps):
    for size in ((32, 64), SIZE):
        features = steps(size)[encoder.block_names[-1]]
        assert features.shape[1:3] == tuple(math.ceil(side / encoder.stride) for side in size)


def test_walking_the_nodes_of_a_network_computes_what_it_does(encoder, network, image, steps):
    outputs = outputs_of_the_head(encoder, network, walked(encoder, image, steps(SIZE)), image)
    np.testing.assert_allclose(outputs, network(image)["depth"], rtol=1e-4, atol=1e-4)


def test_low_level_features_are_those_of_the_step_that_is_named(encoder, image, steps):
    first, last = encoder.block_names[0], encoder.block_names[-1]
    for place in (None, "stem", first, last):
        changed = dataclasses.replace(encoder, low_level=place)
        features = walked(changed, image, steps(SIZE))
        assert features.get("low_level") is (place and features[place])
        if place in (None, first):
            head = changed.head_model(DEPTH, features)
            assert head(changed.head_inputs(DEPTH, features, image)).shape == (*image.shape[:3], 1)


def test_low_level_features_may_leave_inside_the_stem(encoder, network, image, steps):
    parts = encoder.stem, encoder.blocks[0]
    stem = dataclasses.replace(encoder, low_level="stem").folded(1).stem_model()
    theirs = {layer.name: layer for block in parts for layer in node(encoder, network, block).layers}
    for layer in stem.layers:
        layer.set_weights(theirs[layer.name].get_weights())
    end, low_level = stem(image)
    for found, block in ((low_level, encoder.stem), (end, encoder.blocks[0])):
        np.testing.assert_allclose(found, steps(SIZE)[block.name], rtol=1e-4, atol=1e-4)


def test_a_network_whose_low_level_leaves_inside_the_stem_is_walked_too(image):
    encoder = dataclasses.replace(toys.staged_encoder(), low_level="stem").folded(1)
    network = build_branched(encoder, [DEPTH], Grouping.shared(["depth"], encoder.block_names), seed=1)
    features = encoder.walk(image, lambda block, x: node(encoder, network, block)(x))
    assert features["low_level"] is not features["stem"]
    outputs = outputs_of_the_head(encoder, network, features, image)
    np.testing.assert_allclose(outputs, network(image)["depth"], rtol=1e-4, atol=1e-4)


def test_cost_table_equals_the_built_network(encoder, network):
    # The network is the same wherever it is cut into blocks.
    cut = encoder.folded(len(encoder.blocks) // 2).merged()
    for unit in ("parameters", "paper_multiply_adds"):
        assert model_cost(network, unit, SIZE) == cost_table(cut, TASKS, SIZE, unit).cost(tree(cut))
