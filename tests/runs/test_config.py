"""Settings check themselves, and survive JSON."""

import json

import pytest

from bmt_tf.runs.config import RunConfig, TrainConfig
from bmt_tf.runs.settings import Pair

GOOD = {"run_dir": "run", "data": "scenes", "tasks": ("semseg", "depth"), "image_size": (32, 32), "steps": 10}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("run_dir", ""),
        ("tasks", ()),
        ("tasks", ("depth", "depth")),
        ("optimizer", "rmsprop"),
        ("schedule", "cosine"),
        ("schedule", "step"),
        ("output_stride", 4),
        ("image_size", (32,)),
        ("image_size", (32, 0)),
        ("steps", 0),
        ("batch_size", 0),
        ("held_out", -1),
        ("replicas", -1),
        ("weight_decay", -0.1),
        ("dropout", -0.1),
        ("dropout", 1.0),
        ("learning_rate", 0.0),
        ("cache_gib", -1.0),
        ("cache_gib", float("inf")),
        ("cache_gib", float("nan")),
        ("scales", (1.0, 0.0)),
        ("loss_weights", {"edge": 2.0}),
        ("heads", {"edge": "psp"}),
        ("grouping", ""),
        ("weighting", "equal"),
        ("updates", "alternating"),
        ("threads", "2"),
    ],
)
def test_setting_out_of_range_is_refused_by_name(name, value):
    expected = "drop_every" if value == "step" else name
    with pytest.raises(ValueError, match=f"`{expected}` must"):
        TrainConfig(**(GOOD | {name: value}))


def test_memory_for_images_may_differ_whatever_is_compared():
    assert TrainConfig(**GOOD, cache_gib=0.5).cache_bytes == 2**29
    for pair in (Pair.PARTS, Pair.SCORES, Pair.SINGLES):
        assert "cache_gib" not in TrainConfig.equal_in(pair)


def test_settings_survive_json():
    config = TrainConfig(**GOOD, loss_weights={"depth": 2.0}, scales=(0.5, 1.0))
    assert TrainConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_unknown_setting_is_refused():
    with pytest.raises(ValueError, match="tempo"):
        RunConfig.from_json(GOOD | {"tempo": 3})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"weighting": "uniform", "loss_weights": {"depth": 2.0}}, "loss_weights"),
        ({"weighting": "mgda_ub", "tasks": ("depth",)}, "weighting"),
        ({"weighting": "balanced", "tasks": ("depth",)}, "weighting"),
        ({"weighting": "mgda_ub", "updates": "in_turn"}, "updates"),
        ({"weighting": "gradnorm:alpha=1", "updates": "in_turn"}, "updates"),
    ],
)
def test_weightings_that_do_not_go_with_other_settings_are_refused(changes, name):
    with pytest.raises(ValueError, match=f"`{name}` must"):
        TrainConfig(**GOOD | changes)


def test_weightings_are_equal_by_what_they_do():
    assert TrainConfig(**GOOD, weighting="gradnorm:alpha=1.5") == TrainConfig(**GOOD, weighting="gradnorm")
    assert TrainConfig(**GOOD, weighting="dwa:temperature=3").weighting_choice.options == {"temperature": 3.0}
    ways = ("fixed", "uniform", "gradnorm", "balanced:batches=3")
    assert [TrainConfig(**GOOD, weighting=way).measures_weights for way in ways] == [False, False, False, True]


def test_networks_of_other_weighting_or_updates_stand_in_one_table_but_are_never_averaged():
    for name in ("weighting", "updates"):
        assert name not in TrainConfig.equal_in(Pair.SCORES)
        assert name in TrainConfig.equal_in(Pair.CHANCE) and name in TrainConfig.equal_in(Pair.PARTS)


def test_a_head_without_a_task_is_for_every_task_that_is_not_named():
    config = TrainConfig(**GOOD, heads={"*": "psp", "depth": "deeplab"})
    assert config.heads == {"semseg": "psp", "depth": "deeplab"}
    assert TrainConfig.from_json(json.loads(json.dumps(config.to_json()))) == config
    with pytest.raises(ValueError, match="`heads` must name tasks among"):
        TrainConfig(**GOOD, heads={"*": "psp", "edge": "deeplab"})


def test_heads_are_compared_for_the_tasks_that_both_runs_have():
    both = TrainConfig(**GOOD, heads={"*": "psp"})
    depth = TrainConfig(**GOOD | {"tasks": ("depth",)}, heads={"*": "psp"})
    semseg = TrainConfig(**GOOD | {"tasks": ("semseg",)})
    for pair in (Pair.SCORES, Pair.SINGLES):
        assert not both.differing(depth, pair) and not depth.differing(semseg, pair)
        assert both.differing(semseg, pair) == {"heads": ({"semseg": "psp"}, {})}
    assert "heads" in TrainConfig.equal_in(Pair.PARTS) and "heads" in TrainConfig.equal_in(Pair.CHANCE)


def test_dropout_needs_the_aspp_that_it_is_in():
    with pytest.raises(ValueError, match="`dropout` must be 0 without an"):
        TrainConfig(**GOOD, aspp=False, dropout=0.1)


@pytest.mark.parametrize(
    ("changes", "branches"),
    [
        ({}, 1),
        ({"grouping": "separate"}, 2),
        ({"grouping": "separate", "updates": "in_turn"}, 1),
        ({"network": "mtan"}, 2),
    ],
)
def test_branches_are_those_that_can_be_computed_beside_each_other(changes, branches):
    assert TrainConfig(**GOOD | changes).branches == branches
