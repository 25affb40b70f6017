"""The tree that settings name; one that does not fit is refused before any work. Weights of seeds of their own."""

import json
import os
import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny_runs import tiny_search, tiny_training

from bmt_tf.grouping import Grouping
from bmt_tf.runs.network import make_encoder, resolve_grouping, weights_digest
from bmt_tf.training import evaluate, search, train


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("encoder", {"encoder": "resnet18"}),
        ("blocks", {"blocks": ("one", "two", "four")}),
        ("tasks", {"tasks": ("semseg", "normals")}),
    ],
)
def test_tree_for_something_else_is_refused(tiny, tmp_path, part, change):
    values = {"tasks": ("semseg", "depth"), "blocks": ("one", "two", "three"), "encoder": "small"} | change
    path = str(tmp_path / "tree.json")
    Grouping.shared(**values).save(path)
    config = tiny(grouping=path)
    with pytest.raises(ValueError, match=f"`grouping` must be made for the {part} of the run"):
        resolve_grouping(config, make_encoder(config))


def test_an_encoder_goes_without_its_aspp_where_settings_say_so(tiny):
    settings = tiny(encoder="resnet18", by_stage=True, aspp=False)
    assert make_encoder(settings).block_names == ("stage1", "stage2", "stage3", "stage4")
    with pytest.raises(ValueError, match="`aspp` must be an option of encoder small"):
        make_encoder(tiny(aspp=False))


def test_the_order_of_a_tree_s_tasks_makes_no_difference(tiny, tree, tmp_path):
    path, ours = str(tmp_path / "tree.json"), Grouping.load(tree)
    Grouping(ours.tasks[::-1], ours.blocks, ours.partitions, ours.encoder).save(path)
    config = tiny(grouping=path)
    assert resolve_grouping(config, make_encoder(config)) == ours


def _broken(content, change):
    if change == "truncated":
        return json.dumps(content)[:-20]
    if change == "version":
        content["version"] = 99
    if change == "missing task":
        content["partitions"][1] = [["semseg"]]
    if change == "unknown task":
        content["partitions"][1] = [["semseg"], ["depth", "edge"]]
    if change == "no refinement":
        content["partitions"][2] = [["semseg", "depth"]]
    return json.dumps(content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("truncated", "whole JSON"),
        ("version", "`version` must be 1"),
        ("missing task", "'two'.*'?depth"),
        ("unknown task", "'two'.*edge"),
        ("no refinement", "'three' must refine"),
    ],
)
def test_broken_tree_ends_a_training_before_it_begins(tiny, tree, tmp_path, change, message):
    path = tmp_path / "broken.json"
    path.write_text(_broken(json.loads(open(tree).read()), change))
    config = tiny(grouping=str(path))
    with pytest.raises(ValueError, match=rf"(?s)broken.json.*{message}"):
        train(config)
    assert not os.path.exists(config.run_dir)


def _numbers_around(work):
    """Returns what the global generators give before and after some work."""
    keras.utils.set_random_seed(7)
    tf.random.set_seed(7)
    numbers = []
    for call in (lambda: None, work, lambda: None):
        call()
        numbers += [random.random(), np.random.random(), float(tf.random.uniform([])), float(keras.random.uniform([]))]
    return numbers


@pytest.mark.parametrize(
    "work",
    [
        lambda path, run: train(tiny_training(path / "run", steps=1)),
        lambda path, run: search(tiny_search(path / "run", steps=1, warm_up_steps=1, folded=2)),
        lambda path, run: evaluate(str(run), time_it=False),
    ],
    ids=["train", "search", "evaluate"],
)
def test_global_generators_give_the_same_numbers_with_and_without_a_run_in_between(work, trained, copied, tmp_path):
    run = copied(trained.run_dir)
    assert _numbers_around(lambda: work(tmp_path, run)) == _numbers_around(lambda: None)


def test_the_digest_of_weights_is_theirs_alone():
    def network(seed):
        keras.utils.set_random_seed(seed)
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])

    first, same, other = (weights_digest(network(seed)) for seed in (1, 1, 2))
    assert first == same != other
    moved = network(1)
    moved.layers[-1].moving_mean.assign([0.0, 1.0])
    assert weights_digest(moved) != first
