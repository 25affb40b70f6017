"""The branched network: its tree, its sizes, its weights, and what it refuses."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.grouping import Grouping
from bmt_tf.models import Block, Encoder, Style, build_branched, conv_norm, get_encoder, node_sharing, register_head
from bmt_tf.tasks import get_task


def nodes(model):
    return {layer.name: layer for layer in model.layers if isinstance(layer, keras.Model)}


def weights(model):
    return {name: node.get_weights() for name, node in nodes(model).items()}


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def built(encoder, tasks, tree):
    """A network, whose weights tests may change, and those it began with."""
    network = build_branched(encoder, tasks, tree, seed=1)
    return network, weights(network)


@pytest.fixture
def network(built):
    return built[0]


def test_nodes_are_those_of_the_tree(network, tree):
    assert sorted(nodes(network)) == sorted(node_sharing(tree))
    assert node_sharing(tree)["second_g0"] == 2
    assert node_sharing(tree)["stem"] == 3
    assert node_sharing(tree)["head_depth"] == 1


@pytest.mark.traced
def test_one_trace_gives_outputs_of_the_size_of_the_image(network, images):
    call = tf.function(network, input_signature=[tf.TensorSpec([None, None, None, 3])], autograph=False)
    for size in ((32, 32), (37, 53)):
        outputs, expected = call(images(*size)), network(images(*size))
        assert {name: tuple(value.shape) for name, value in outputs.items()} == {
            "semseg": (2, *size, 5),
            "depth": (2, *size, 1),
            "normals": (2, *size, 3),
        }
        assert {value.dtype for value in outputs.values()} == {tf.float32}
        for name, value in expected.items():
            np.testing.assert_allclose(outputs[name], value, rtol=1e-4, atol=1e-4)


def test_equal_weights_in_all_branches_equal_the_shared_network(network, encoder, tasks, images):
    shared = build_branched(encoder, tasks, Grouping.shared([t.name for t in tasks], encoder.block_names), seed=2)
    ours = nodes(shared)
    for name, node in nodes(network).items():
        block = name.rsplit("_g", 1)[0]
        node.set_weights(ours[name if block == name else f"{block}_g0"].get_weights())
    x = images(33, 40)
    for name, expected in shared(x).items():
        np.testing.assert_allclose(network(x)[name], expected, rtol=1e-5, atol=1e-5)


def test_a_task_trains_its_own_path_only(network, images):
    kernels = {name: node.trainable_variables[0].value for name, node in nodes(network).items()}
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(network(images(32, 32), training=True)["normals"] ** 2)
    gradients = tape.gradient(loss, kernels)
    path = {"stem", "first_g0", "second_g1", "aspp_g2", "head_normals"}
    assert {name for name, gradient in gradients.items() if gradient is not None} == path


def test_nominal_size_shows_in_the_summary_and_binds_nothing(encoder, tasks, tree, images):
    model = build_branched(encoder, tasks, tree, image_size=(64, 96))
    lines = []
    model.summary(print_fn=lines.append)
    assert "(None, 8, 12, 8)" in "".join(lines)
    assert model(images(33, 47))["depth"].shape == (2, 33, 47, 1)


def test_fresh_weights_depend_on_seed_and_node_alone(built, encoder, tasks):
    fresh, shared = built[1], Grouping.shared(["depth"], encoder.block_names)
    same, other = (weights(build_branched(encoder, tasks[1:2], shared, seed=seed)) for seed in (1, 2))
    assert all(equal(same[name], fresh[name]) for name in ("stem", "second_g0", "head_depth"))
    assert not equal(fresh["second_g0"], fresh["second_g1"])
    assert not equal(fresh["stem"], other["stem"])


def test_default_seed_follows_keras(encoder, tasks):
    stems, after, shared = [], [], Grouping.shared(["depth"], encoder.block_names)
    for _ in range(2):
        keras.utils.set_random_seed(7)
        stems += [weights(build_branched(encoder, tasks[1:2], shared))["stem"] for _ in range(2)]
        after.append(random.random())
    assert equal(stems[0], stems[2]) and equal(stems[1], stems[3]) and not equal(stems[0], stems[1])
    assert after[0] == after[1]


def test_half_precision_inside_float32_outside(encoder, tasks, tree, images):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = build_branched(encoder, tasks, tree)
    finally:
        keras.config.set_dtype_policy("float32")
    assert model.get_layer("second_g0").output.dtype == "bfloat16"
    assert {value.dtype for value in model(images(32, 32), training=True).values()} == {tf.float32}
    assert {variable.dtype for variable in model.variables} == {"float32"}


def test_keras_file_brings_the_network_back(network, images, tmp_path):
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    x = images(32, 40)
    for name, expected in network(x).items():
        np.testing.assert_allclose(loaded(x)[name], expected, rtol=1e-5, atol=1e-5)


def test_users_own_encoder_head_and_task():
    stem = Block("stem", lambda x: keras.layers.AveragePooling2D(4, name="stem_pool")(x))

    def block(name):
        return Block(name, lambda x: conv_norm(x, f"{name}_conv", 4, Style()))

    def bright_head(inputs, channels):
        x = keras.layers.GlobalMaxPooling2D(name="pool")(inputs.features["features"])
        return keras.layers.Dense(channels, dtype="float32", name="out")(x)

    register_head("bright", bright_head)
    encoder = Encoder("mine", stem, (block("first"), block("second")), low_level="stem", stride=4)
    tasks = [get_task("scene", name="weather", channels=6, head="bright"), get_task("depth")]
    grouping = Grouping.from_routing(["weather", "depth"], encoder.block_names, [[0, 0], [0, 1]])
    outputs = build_branched(encoder, tasks, grouping)(np.ones((2, 21, 30, 3), "float32"))
    assert outputs["weather"].shape == (2, 6)
    assert outputs["depth"].shape == (2, 21, 30, 1)


def test_other_tasks_are_refused(encoder, tasks, tree):
    with pytest.raises(
        ValueError, match=r"`tasks` must be those of the grouping, in its order: .* Received: \('depth',"
    ):
        build_branched(encoder, tasks[1:], tree)
    with pytest.raises(TypeError, match=r"`tasks` must be Task records .* Received: 'semseg'"):
        build_branched(encoder, ["semseg", "depth", "normals"], tree)


def test_other_blocks_are_refused(tasks, tree):
    with pytest.raises(
        ValueError, match=r"`grouping` must have the blocks of encoder mobilenet_v2_0.1.*unknown: \['first'"
    ):
        build_branched(get_encoder("mobilenet_v2_0.1"), tasks, tree)
