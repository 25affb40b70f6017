"""VGG-16 and its thin forms: the published parameters, the caps on copies, and features of 1 x 1 for any size."""

import math

import keras
import numpy as np
import pytest

from bmt_tf.costs import cost_table
from bmt_tf.costs.unvalued import without_values
from bmt_tf.grouping import Grouping
from bmt_tf.models import Block, build_branched, get_encoder
from bmt_tf.tasks import attribute_task, get_task

TASKS = [attribute_task(f"face_{number}") for number in range(40)]
NAMES = [task.name for task in TASKS]
SIZE = (224, 224)
# BMN, table 3, and the published code of Lu et al.: parameters with nothing shared by two, and with all caps reached.
PARAMETERS = {"thin_vgg16_32": (219_048, 5_389_672), "thin_vgg16_64": (868_136, 15_784_808)}
COPIES = {
    "thin_vgg16_32": [2, 2, 4, 4, 8, 8, 8, 16, 16, 16, 16, 16, 16, 64, 64],
    "thin_vgg16_64": [1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 8, 8, 8, 32, 32],
}


def grown(encoder):
    """Returns the tree in which every block has as many parts as its cap and the tasks allow."""
    counts = [min(block.copies, len(NAMES)) for block in encoder.blocks]
    routing = [[task % count for task in range(len(NAMES))] for count in counts]
    return Grouping.from_routing(NAMES, encoder.block_names, routing)


@pytest.mark.parametrize("name", PARAMETERS)
def test_thin_networks_have_the_published_parameters_and_caps(name):
    encoder = get_encoder(name)
    table = cost_table(encoder, TASKS, SIZE, "parameters")
    assert [block.copies for block in encoder.blocks] == COPIES[name]
    assert len(encoder.blocks) == 15 and table.stem == 0
    counts = grown(encoder).branches
    assert counts[-1] == min(COPIES[name][-1], 40)
    assert (table.shared(), table.cost(grown(encoder))) == PARAMETERS[name]


def test_thin_networks_have_the_published_multiply_adds():
    found = [cost_table(get_encoder(name), TASKS, SIZE, "multiply_adds").shared() / 1e9 for name in PARAMETERS]
    assert [round(value, 3) for value in found] == [0.851, 3.317]


def test_wide_network_has_the_printed_parameters_without_biases():
    encoder, counts = get_encoder("vgg16"), []
    x = keras.KerasTensor((1, *SIZE, 3))
    with without_values():  # Its 134 million weights need not be drawn to be counted.
        for block in encoder.blocks:
            model = block.model(x.shape[-1])
            counts += [(math.prod(variable.shape), variable.name) for variable in model.trainable_variables]
            x = model(x)
    heads = 40 * 4096
    kernels = sum(count for count, name in counts if name == "kernel")
    assert kernels + heads == 134_411_968
    assert sum(count for count, _ in counts) + heads + 40 == 134_424_424
    assert all(block.copies is None for block in encoder.blocks)


@pytest.mark.parametrize("output_stride", [16, 32])
def test_features_are_one_by_one_for_images_of_any_size(output_stride):
    encoder = get_encoder("thin_vgg16_2", output_stride=output_stride)
    network = build_branched(encoder, TASKS[:2], Grouping.shared(NAMES[:2], encoder.block_names), seed=0)
    for size in ((224, 224), (64, 64), (37, 250)):
        image = np.zeros([1, *size, 3], np.float32)
        assert network(image)["face_0"].shape == (1, 1)
        features = encoder.walk(
            image, lambda block, x: network.get_layer("stem" if block is encoder.stem else f"{block.name}_g0")(x)
        )
        assert features["fc7"].shape == (1, 1, 1, 4) and features["conv1_2"].shape[1] == math.ceil(size[0] / 2)


def test_every_layer_has_a_bias_and_plain_norm_with_the_published_momentum():
    model = get_encoder("thin_vgg16_2").blocks[3].model(2)
    conv, norm = model.get_layer("conv2_2_conv"), model.get_layer("conv2_2_conv_bn")
    assert conv.use_bias and norm.momentum == 0.95 and not norm.trainable_variables


def test_a_joined_block_may_have_as_many_copies_as_the_least_of_its_parts():
    encoder = get_encoder("thin_vgg16_128").merged()
    assert [block.copies for block in encoder.blocks] == [1, 1, 2, 4, 4, 16]
    assert Block.joined("both", [Block("one", lambda x: x, copies=2), Block("two", lambda x: x)]).copies == 2


def test_dense_tasks_have_features_for_places_without_the_whole_image():
    encoder = get_encoder("thin_vgg16_2", whole_image=False, output_stride=16)
    assert encoder.block_names[-1] == "conv5_3"
    task = get_task("depth")
    network = build_branched(encoder, [task], Grouping.shared(["depth"], encoder.block_names), seed=0)
    assert network(np.zeros([1, 48, 32, 3], np.float32))["depth"].shape == (1, 48, 32, 1)


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("thin_vgg16_0.5", {}, "`omega` must be a whole number of channels"),
        ("thin_vgg16_0", {}, "`omega` must be a whole number of channels"),
        ("vgg16", {"output_stride": 8}, "`output_stride` of encoder vgg16 must be 16 or 32"),
    ],
)
def test_what_cannot_be_built_is_refused(name, options, text):
    with pytest.raises(ValueError, match=text):
        get_encoder(name, **options)
