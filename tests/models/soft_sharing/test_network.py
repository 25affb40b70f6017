"""Soft-sharing networks over any encoder with stages: what they are made of, what they cost, what they give."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
import toys

from bmt_tf.costs import cost_table, model_cost
from bmt_tf.costs.unvalued import without_values
from bmt_tf.grouping import Grouping
from bmt_tf.models import SoftSharing, build_branched, build_soft_sharing, get_encoder
from bmt_tf.tasks import get_task

METHODS = ("cross_stitch", "nddr", "mtan")
PASCAL = {"semseg": 21, "human_parts": 7, "saliency": 1, "normals": 3, "edge": 1}

NYUD = {"semseg": 40, "normals": 3, "edge": 1, "depth": 1}


@pytest.mark.parametrize("method", METHODS)
def test_every_task_has_outputs_of_the_images_size(method, network_of, images):
    outputs = network_of(method)(images(33, 47))
    assert {name: output.shape for name, output in outputs.items()} == {
        "semseg": (2, 33, 47, 5),
        "depth": (2, 33, 47, 1),
    }


def test_any_encoder_with_stages_will_do(encoder, images):
    tasks = [get_task("scene", channels=4), get_task("depth")]
    first, *others = encoder.blocks
    changed = [
        ("nddr", encoder.merged()),
        ("mtan", dataclasses.replace(encoder.merged(), low_level="stem")),
        ("mtan", dataclasses.replace(encoder, blocks=[dataclasses.replace(first, stage=""), *others], low_level=None)),
        ("cross_stitch", encoder.folded(1)),
        ("mtan", encoder.folded(1)),
    ]
    for method, one in changed:
        assert build_soft_sharing(method, one, tasks)(images(33, 47))["depth"].shape == (2, 33, 47, 1)


@pytest.mark.parametrize("method", ["cross_stitch", "nddr"])
def test_a_task_has_gradients_to_the_networks_of_others_but_not_to_their_heads(method, network_of, images):
    network = network_of(method)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(network(images(32, 32), training=True)["depth"]))
    parts = [network.get_layer(name).trainable_variables for name in ("one_of_semseg", "head_semseg")]
    block, head = tape.gradient(loss, parts)
    assert all(gradient is not None for gradient in block) and all(gradient is None for gradient in head)


@pytest.mark.parametrize("method", ["cross_stitch", "nddr"])
def test_low_level_features_are_taken_after_the_unit(method, network_of):
    network = network_of(method)
    head = network.get_layer("head_depth")
    unit = {"cross_stitch": "unit_one", "nddr": "unit_one_depth_relu"}[method]
    after = {id(tensor) for tensor in keras.tree.flatten(network.get_layer(unit).output)}
    (call,) = [call for call in head._inbound_nodes if call.operation is head]
    assert any(id(tensor) in after for tensor in call.input_tensors)


@pytest.mark.parametrize("method", METHODS)
def test_half_precision_inside_float32_outside_and_in_masks(method, encoder, tasks, images, bfloat16):
    network = build_soft_sharing(method, encoder, tasks)
    assert {output.dtype for output in network(images(32, 32), training=True).values()} == {tf.float32}
    assert {variable.dtype for variable in network.variables} == {"float32"}
    inside = {"cross_stitch": "unit_one", "nddr": "unit_one_depth_relu", "mtan": "attend_one_of_depth"}[method]
    assert {tensor.dtype for tensor in keras.tree.flatten(network.get_layer(inside).output)} == {"bfloat16"}
    if method == "mtan":
        assert network.get_layer(inside).get_layer("mask").output.dtype == "float32"


@pytest.mark.parametrize("method", ["nddr", "mtan"])  # units of cross-stitch start from given weights
def test_fresh_weights_depend_on_the_seed_alone(method, network_of, encoder, tasks):
    one = network_of(method)
    same, other = (build_soft_sharing(method, encoder, tasks, seed=seed) for seed in (1, 2))
    pairs = list(zip(one.trainable_variables, same.trainable_variables, other.trainable_variables, strict=True))
    assert all(np.array_equal(a, b) for a, b, _ in pairs)
    assert not all(np.array_equal(a, c) for a, _, c in pairs)


@pytest.mark.parametrize("method", METHODS)
def test_keras_file_brings_the_network_back(method, network_of, images, tmp_path):
    network = network_of(method)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    found = loaded(images(32, 40))
    for name, expected in network(images(32, 40)).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_nodes_are_the_parts_of_the_encoder_and_the_heads(method, network_of, encoder, tasks):
    network = network_of(method)
    nodes = SoftSharing(method, encoder, [task.name for task in tasks]).nodes()
    nested = {layer.name for layer in network.layers if isinstance(layer, keras.Model)}
    extra = {name for name in nested if name.startswith(("attend_", "carry_"))}
    assert {node.name for node in nodes} == nested - extra


def test_identity_units_give_the_outputs_of_the_single_networks(encoder, tasks, images, randomise):
    stitched = build_soft_sharing("cross_stitch", encoder, tasks, own_share=1.0)
    nodes = SoftSharing("cross_stitch", encoder, [task.name for task in tasks]).nodes()
    outputs = {}
    for seed, task in enumerate(tasks):
        tree = Grouping.shared([task.name], encoder.block_names)
        single = randomise(build_branched(encoder, [task], tree), seed)
        own = {node.block: node.name for node in nodes if node.tasks == (task.name,)}
        for node in tree.nodes():
            stitched.get_layer(own[node.block]).set_weights(single.get_layer(node.name).get_weights())
        outputs |= single(images(33, 47))
    for name, output in stitched(images(33, 47)).items():
        np.testing.assert_array_equal(output, outputs[name])


def test_costs_of_mobilenet_on_pascal_are_the_printed_ones_to_the_unit():
    encoder = get_encoder("mobilenet_v2_1.0")
    tasks = [get_task(name, channels=channels) for name, channels in PASCAL.items()]
    found = {}
    for method in ("nddr", "mtan"):
        with without_values():
            network = build_soft_sharing(method, encoder, tasks)
        found[method] = [model_cost(network, unit, (512, 512)) for unit in ("parameters", "paper_multiply_adds")]
    assert found["nddr"] == [13_472_417, 43_548_556_672 / 2]
    # Shared network, masks, separable convolutions, four more R-ASPPs; pooling is not in the papers' 9,487,392,448.
    pooled = 2 * 5 * (128**2 * 24 + 64**2 * 32 + 32**2 * 64)
    assert found["mtan"] == [2_151_505 + 1_656_880 + 162_392 + 4 * 115_456, 9_487_392_448 + pooled]


def test_costs_of_resnet_on_nyud_are_the_printed_ones_to_the_unit():
    encoder = get_encoder("resnet50")
    tasks = [get_task(name, channels=channels) for name, channels in NYUD.items()]
    found = {}
    for method in ("nddr", "mtan"):
        with without_values():
            network = build_soft_sharing(method, encoder, tasks)
        found[method] = [model_cost(network, unit, (425, 560)) for unit in ("parameters", "paper_multiply_adds")]
    assert found["nddr"] == [250_624_429, 732_314_661_120 / 2]
    pooled = 2 * 4 * (54 * 70 * 512 + 27 * 35 * 1024)
    assert found["mtan"] == [220_089_581, 1_200_112_121_600 / 2 + pooled]


def test_cross_stitch_costs_what_single_networks_cost_and_the_weights_of_its_units(network_of, encoder, tasks):
    for unit, more in (("parameters", 3 * 2 * 2), ("multiply_adds", 0), ("paper_multiply_adds", 0)):
        singles = cost_table(encoder, tasks, (64, 96), unit).single()
        assert model_cost(network_of("cross_stitch"), unit, (64, 96)) == singles + more


def test_costs_are_the_same_whether_blocks_are_joined_or_not(network_of, encoder, tasks):
    networks = network_of("mtan"), build_soft_sharing("mtan", encoder.merged(), tasks)
    units = ("parameters", "paper_multiply_adds")
    plain, joined = ([model_cost(network, unit, (64, 96)) for unit in units] for network in networks)
    assert plain == joined


def test_what_cannot_share_softly_is_refused(encoder, tasks):
    with pytest.raises(ValueError, match=r"`method` must be one of .*Received: method='sluice'"):
        build_soft_sharing("sluice", encoder, tasks)
    with pytest.raises(ValueError, match="must be at least two"):
        build_soft_sharing("nddr", encoder, tasks[:1])
    with pytest.raises(ValueError, match=r"must have stages.*give the blocks of your encoder a `stage`"):
        build_soft_sharing("mtan", toys.small_encoder(), tasks)
    with pytest.raises(TypeError, match="`tasks` must be Task records"):
        build_soft_sharing("mtan", encoder, ["semseg", "depth"])
