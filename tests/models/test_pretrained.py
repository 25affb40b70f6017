"""Pretrained weights go into every branch, and everything finds its place or is refused."""

import dataclasses
import shutil

import h5py
import keras
import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.models import Block, Encoder, Style, build_branched, conv_norm, get_encoder, load_pretrained
from bmt_tf.models.encoder import Pretrained

STYLE = Style(head_channels=8)
CHANNELS = {"stem": 4, "first": 6, "second": 8}
THEIRS = {"stem": "Conv1", "first": "block_1", "second": "block_2"}
LAYERS = {f"{ours}_conv{norm}": f"{theirs}{norm}" for ours, theirs in THEIRS.items() for norm in ("", "_bn")}


def source(weights=None, *, top=False, factor=1):
    """Returns a small classifier of Keras' own layers, `factor` times as wide; without top as encoders want it."""
    x = image = keras.Input((32, 32, 3))
    for place, channels in (*CHANNELS.items(), ("last", 5)):
        name = THEIRS.get(place, "Conv_1")
        x = keras.layers.Conv2D(factor * channels, 3, 2, "same", use_bias=False, name=name)(x)
        x = keras.layers.BatchNormalization(name=f"{name}_bn")(x)
    if top:
        x = keras.layers.Dense(2, name="top")(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, x)


def block(name, channels, **settings):
    return Block(name, lambda x: conv_norm(x, f"{name}_conv", channels, STYLE, 3, strides=2), **settings)


@pytest.fixture(scope="module")
def weights(randomise, tmp_path_factory):
    """A file of a whole classifier; its top has no place in an encoder."""
    path = tmp_path_factory.mktemp("weights") / "classifier.weights.h5"
    randomise(source(top=True), seed=3).save_weights(path)
    return path


@pytest.fixture(scope="module")
def encoder():
    """An encoder with the weights of that classifier, and a last block that no classifier has."""
    stem, *blocks = (block(name, channels) for name, channels in CHANNELS.items())
    left_over = ("Conv_1", "Conv_1_bn")
    return Encoder(
        "mine",
        stem,
        (*blocks, block("last", 8, fresh=True)),
        style=STYLE,
        pretrained=Pretrained(source, LAYERS, left_over),
    )


@pytest.fixture(scope="module")
def shared(encoder):
    return Grouping.shared(["depth"], encoder.block_names)


@pytest.fixture(scope="module")
def network(encoder, shared, tasks):
    return build_branched(encoder, tasks[1:2], shared)


def test_every_branch_gets_the_weights_and_the_rest_stays(tasks, randomise, tmp_path):
    reference = randomise(keras.applications.MobileNetV2((32, 32, 3), alpha=0.1, weights=None), seed=3)
    reference.save_weights(tmp_path / "classifier.weights.h5")
    encoder = get_encoder("mobilenet_v2_0.1", aspp_channels=8, head_channels=8).merged()
    together, apart = [("semseg", "depth")], [("semseg",), ("depth",)]
    grouping = Grouping(("semseg", "depth"), encoder.block_names, [together] * 6 + [apart] * 2)
    model = build_branched(encoder, tasks[:2], grouping)
    fresh = {name: model.get_layer(name).get_weights() for name in ("aspp_g0", "head_depth")}
    taken = load_pretrained(model, encoder, grouping, tmp_path / "classifier.weights.h5")
    assert taken == (51 + 3) * 5  # 51 convolutions with batch norm, three of them in both branches
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
    assert taken == [3 * 5, 3 * 5 - 2 * 2]  # three convolutions with batch norm; scale and shift of two blocks


def test_a_block_of_ones_own_starts_fresh_where_it_says_so(encoder, tasks, weights):
    def network(**fresh):
        blocks = (*encoder.blocks[:-1], block("own", 8, **fresh))
        whole = dataclasses.replace(encoder, blocks=blocks).merged({"end": ["second", "own"]})
        grouping = Grouping.shared(["depth"], whole.block_names)
        return build_branched(whole, tasks[1:2], grouping), whole, grouping

    model, *rest = network(fresh=True)
    before = model.get_layer("end_g0").get_layer("own_conv").get_weights()
    assert load_pretrained(model, *rest, weights) == 3 * 5
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


def test_weights_of_another_width(encoder, weights):
    pretrained = dataclasses.replace(encoder.pretrained, model=lambda weights: source(factor=2))
    with pytest.raises(ValueError, match=r"`weights` of mine could not be read: the file does not fit"):
        load_pretrained(None, dataclasses.replace(encoder, pretrained=pretrained), None, weights)


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


@pytest.mark.parametrize("theirs, found", [("block_1", "shape"), (None, "nothing")])
def test_variables_not_found(encoder, shared, network, weights, theirs, found):
    layers = {**encoder.pretrained.layers, "second_conv": theirs}
    layers = {ours: name for ours, name in layers.items() if name}
    changed = dataclasses.replace(encoder, pretrained=dataclasses.replace(encoder.pretrained, layers=layers))
    with pytest.raises(ValueError, match=rf"must hold every variable .* second_conv/kernel .* Received: {found}"):
        load_pretrained(network, changed, shared, weights)


def test_a_file_that_lacks_a_part(encoder, shared, network, weights, tmp_path):
    short = tmp_path / "short.weights.h5"
    shutil.copy(weights, short)
    with h5py.File(short, "a") as file:
        del file["layers"]["conv2d_2"]
    with pytest.raises(ValueError, match=r"`weights` (must hold every variable|of .* could not be read)"):
        load_pretrained(network, encoder, shared, short)
