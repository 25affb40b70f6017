"""Pretrained weights go into every branch, and everything finds its place or is refused."""

import dataclasses
import shutil

import h5py
import keras
import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.models import Block, build_branched, conv_norm, get_encoder, load_pretrained


@pytest.fixture(scope="module")
def reference(randomise):
    return randomise(keras.applications.MobileNetV2((32, 32, 3), alpha=0.1, weights=None), seed=3)


@pytest.fixture(scope="module")
def weights(reference, tmp_path_factory):
    """A file of a whole classifier; its top has no place in an encoder."""
    path = tmp_path_factory.mktemp("weights") / "classifier.weights.h5"
    reference.save_weights(path)
    return path


@pytest.fixture(scope="module")
def encoder():
    return get_encoder("mobilenet_v2_0.1", aspp_channels=8, head_channels=8).merged()


@pytest.fixture(scope="module")
def shared(encoder):
    return Grouping.shared(["depth"], encoder.block_names)


@pytest.fixture(scope="module")
def network(encoder, shared, tasks):
    return build_branched(encoder, tasks[1:2], shared)


def test_every_branch_gets_the_weights_and_the_rest_stays(encoder, tasks, reference, weights):
    together, apart = [("semseg", "depth")], [("semseg",), ("depth",)]
    grouping = Grouping(("semseg", "depth"), encoder.block_names, [together] * 6 + [apart] * 2)
    model = build_branched(encoder, tasks[:2], grouping)
    fresh = {name: model.get_layer(name).get_weights() for name in ("aspp_g0", "head_depth")}
    load_pretrained(model, encoder, grouping, weights)
    for node in ("stage7_g0", "stage7_g1"):
        for ours, theirs in (("project", "project"), ("project_bn", "project_BN")):
            expected = reference.get_layer(f"block_16_{theirs}").get_weights()
            values = model.get_layer(node).get_layer(f"block_17_{ours}").get_weights()
            assert all(np.array_equal(value, wanted) for value, wanted in zip(values, expected, strict=True))
    for name, before in fresh.items():
        assert all(map(np.array_equal, before, model.get_layer(name).get_weights()))


def test_networks_of_a_search_take_all_but_the_last_scale_and_shift(encoder, tasks, shared, network, weights):
    plain = build_branched(encoder, tasks[1:2], shared, plain_last_norm=True)
    taken = [load_pretrained(model, encoder, shared, weights) for model in (network, plain)]
    assert taken == [51 * 5, 51 * 5 - 7 * 2]  # 51 convolutions with batch norm; scale and shift of seven stages.


def test_a_block_of_ones_own_starts_fresh_where_it_says_so(encoder, tasks, weights):
    trunk = get_encoder("mobilenet_v2_0.1", aspp=False, head_channels=8)

    def network(**fresh):
        own = Block("own", lambda x: conv_norm(x, "own_conv", 8, trunk.style), **fresh)
        whole = dataclasses.replace(trunk, blocks=(*trunk.blocks, own)).merged({"end": ["block_17", "own"]})
        grouping = Grouping.shared(["depth"], whole.block_names)
        return build_branched(whole, tasks[1:2], grouping), whole, grouping

    model, *rest = network(fresh=True)
    before = model.get_layer("end_g0").get_layer("own_conv").get_weights()
    assert load_pretrained(model, *rest, weights) == 51 * 5
    assert np.array_equal(before, model.get_layer("end_g0").get_layer("own_conv").get_weights())
    with pytest.raises(ValueError, match=r"must hold every variable .* own_conv/kernel .* Received: nothing"):
        load_pretrained(*network(), weights)


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_encoders_without_weights_say_so(name):
    with pytest.raises(ValueError, match=rf"`encoder` must be one that keras.applications has .* Received: {name}"):
        load_pretrained(None, get_encoder(name), None)


def test_missing_file(encoder):
    with pytest.raises(
        FileNotFoundError, match=r"`weights` must be 'imagenet' or an existing .* Received: weights='no.h5'"
    ):
        load_pretrained(None, encoder, None, "no.h5")


def test_weights_of_another_width(weights):
    with pytest.raises(ValueError, match=r"`weights` of mobilenet_v2_0.2 could not be read: the file does not fit"):
        load_pretrained(None, get_encoder("mobilenet_v2_0.2"), None, weights)


def test_failed_download(encoder):
    def fail(weights):
        raise OSError("no network")

    offline = dataclasses.replace(encoder, pretrained=dataclasses.replace(encoder.pretrained, model=fail))
    with pytest.raises(ValueError, match=r"could not be read: the download failed; give a local file"):
        load_pretrained(None, offline, None)


def test_weights_left_over(encoder, shared, network, weights):
    wider = dataclasses.replace(encoder, pretrained=dataclasses.replace(encoder.pretrained, left_over=("Conv_1",)))
    with pytest.raises(ValueError, match=r"must all find their place in the encoder. Left over: \['Conv_1_bn'\]"):
        load_pretrained(network, wider, shared, weights)


@pytest.mark.parametrize("theirs, found", [("block_3_expand", "shape"), (None, "nothing")])
def test_variables_not_found(encoder, shared, network, weights, theirs, found):
    layers = {**encoder.pretrained.layers, "block_17_expand": theirs}
    layers = {ours: name for ours, name in layers.items() if name}
    changed = dataclasses.replace(encoder, pretrained=dataclasses.replace(encoder.pretrained, layers=layers))
    with pytest.raises(ValueError, match=rf"must hold every variable .* block_17_expand/kernel .* Received: {found}"):
        load_pretrained(network, changed, shared, weights)


def test_a_file_that_lacks_a_part(encoder, shared, network, weights, tmp_path):
    short = tmp_path / "short.weights.h5"
    shutil.copy(weights, short)
    with h5py.File(short, "a") as file:
        del file["layers"]["depthwise_conv2d_3"]
    with pytest.raises(ValueError, match=r"`weights` (must hold every variable|of .* could not be read)"):
        load_pretrained(network, encoder, shared, short)
