"""Pretrained weights go into every branch, and everything finds its place or is refused."""

import dataclasses

import keras
import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched, get_encoder, load_pretrained


@pytest.fixture(scope="module")
def reference(randomise):
    return randomise(keras.applications.MobileNetV2((32, 32, 3), alpha=0.1, weights=None), seed=3)


@pytest.fixture(scope="module")
def weights(reference, tmp_path_factory):
    """A file of a whole classifier; its top has no place in an encoder."""
    path = tmp_path_factory.mktemp("weights") / "classifier.weights.h5"
    reference.save_weights(path)
    return path


def test_every_branch_gets_the_weights_and_the_rest_stays(encoder, tasks, tree, reference, weights):
    model = build_branched(encoder, tasks, tree)
    fresh = {name: model.get_layer(name).get_weights() for name in ("aspp_g0", "head_depth")}
    backbone = [layer for layer in reference.layers if layer.variables and layer.name[:4] not in ("Conv", "pred")]
    assert load_pretrained(model, encoder, tree, weights) > sum(len(layer.variables) for layer in backbone)
    for node in ("stage7_g0", "stage7_g1"):
        for ours, theirs in (("project", "project"), ("project_bn", "project_BN")):
            expected = reference.get_layer(f"block_16_{theirs}").get_weights()
            for value, wanted in zip(
                model.get_layer(node).get_layer(f"block_17_{ours}").get_weights(), expected, strict=True
            ):
                np.testing.assert_array_equal(value, wanted)
    for name, before in fresh.items():
        for old, new in zip(before, model.get_layer(name).get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)


def test_networks_of_a_search_take_all_but_the_last_scale_and_shift(encoder, tasks, tree, weights):
    plain, whole = (build_branched(encoder, tasks, tree, plain_last_norm=plain) for plain in (True, False))
    nodes = sum(tree.branches[:-1])
    assert load_pretrained(plain, encoder, tree, weights) == load_pretrained(whole, encoder, tree, weights) - 2 * nodes


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
    with pytest.raises(ValueError, match=r"`weights` of mobilenet_v2_0.75 could not be read: the file does not fit"):
        load_pretrained(None, get_encoder("mobilenet_v2_0.75"), None, weights)


def test_failed_download(encoder):
    def fail(weights):
        raise OSError("no network")

    offline = dataclasses.replace(encoder, pretrained=dataclasses.replace(encoder.pretrained, model=fail))
    with pytest.raises(ValueError, match=r"could not be read: the download failed; give a local file"):
        load_pretrained(None, offline, None)


def test_weights_left_over(encoder, tasks, weights):
    short = dataclasses.replace(encoder, blocks=encoder.blocks[:5])
    grouping = Grouping.shared(["depth"], short.block_names)
    model = build_branched(short, tasks[1:2], grouping)
    with pytest.raises(ValueError, match=r"must all find their place in the encoder. Left over: .*block_16_project"):
        load_pretrained(model, short, grouping, weights)


@pytest.mark.parametrize("theirs, found", [("block_3_expand", "shape"), (None, "nothing")])
def test_variables_not_found(encoder, tasks, weights, theirs, found):
    layers = dict(encoder.pretrained.layers)
    layers["block_17_expand"] = theirs
    pretrained = dataclasses.replace(encoder.pretrained, layers={k: v for k, v in layers.items() if v})
    changed = dataclasses.replace(encoder, pretrained=pretrained)
    grouping = Grouping.shared(["depth"], changed.block_names)
    model = build_branched(changed, tasks[1:2], grouping)
    with pytest.raises(ValueError, match=rf"must hold every variable .* block_17_expand/kernel .* Received: {found}"):
        load_pretrained(model, changed, grouping, weights)
