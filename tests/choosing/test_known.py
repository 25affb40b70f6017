"""A choice takes what its affinity, its search or its tree says of itself, and refuses a contradiction."""

import dataclasses
import re

import numpy as np
import pytest
import toys  # noqa: F401 (registers the encoder `small`)

from bmt_tf.affinity import AffinityResult
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.choosing.known import completed
from bmt_tf.choosing.origin import MeasuredOn
from bmt_tf.choosing.tree_choice import choose_tree

RECORD = MeasuredOn(
    encoder="small",
    output_stride=8,
    image_size=(32, 48),
    load_size=(64,),
    data="scenes",
    loss_weights={"depth": 2.0},
    heads={"depth": "psp"},
)
NETWORK = {"encoder": "small", "output_stride": 8, "by_stage": False, "folded": 0, "data": "scenes"}


@pytest.fixture
def affinity(tmp_path):
    """A function that writes an affinity of the small encoder with its record, and returns the directory."""

    def write(record=RECORD):
        names = ("semseg", "depth"), ("one", "two", "three"), ("a", "b", "c")
        matrices = np.array([[[1, s], [s, 1]] for s in (0.9, 0.6, 0.2)])
        stored = record.to_json() if record else {}
        AffinityResult(matrices, *names, matrices[None], stored).save(tmp_path / "affinity" / "affinity.npz")
        return str(tmp_path / "affinity")

    return write


def _config(affinity, tmp_path, **changes):
    return ChoiceConfig(**({"output": str(tmp_path / "tree"), "affinity": affinity, "budget": "90%"} | changes))


def test_the_directory_of_an_affinity_is_all_that_a_choice_needs(affinity, tmp_path):
    folder = affinity()
    choice = choose_tree(_config(folder, tmp_path))
    given = choose_tree(_config(f"{folder}/affinity.npz", tmp_path, image_size=(32, 48), **NETWORK))
    assert choice.grouping == given.grouping and choice.grouping.encoder == "small" and choice.cost == given.cost
    assert choice.together.shape == (3, 2, 2)


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ({"output_stride": 32}, "8"),
        ({"encoder": "mobilenet_v2_1.0"}, "'small'"),
        ({"folded": 1}, "0"),
        ({"by_stage": True}, "False"),
        ({"aspp": False}, "True"),
        ({"load_size": (32,)}, r"\(64,\)"),
        ({"heads": {"depth": "pooled"}}, r"\{'depth': 'psp'\}"),
        ({"data": "scenes:train=4,val=2"}, "scenes"),
    ],
)
def test_a_setting_of_another_network_than_the_measured_one_is_refused_with_both(affinity, tmp_path, change, known):
    ((name, value),) = change.items()
    with pytest.raises(
        ValueError, match=f"`{name}` must .*{known}.*the affinity|`{name}` must .*the affinity.*{known}"
    ):
        choose_tree(_config(affinity(), tmp_path, **change))
    with pytest.raises(ValueError, match=f"Received: .*{re.escape(str(value))}"):
        choose_tree(_config(affinity(), tmp_path, **change))


def test_one_head_for_all_is_held_against_the_head_of_every_task(affinity, tmp_path):
    all_psp = dataclasses.replace(RECORD, heads={"semseg": "psp", "depth": "psp"})
    likeness = AffinityResult.load(f"{affinity(all_psp)}/affinity.npz")
    config, _ = completed(_config("affinity", tmp_path, heads={"*": "psp"}), likeness)
    assert config.heads == all_psp.heads
    for known in ({}, {"depth": "psp"}):
        likeness = AffinityResult.load(f"{affinity(dataclasses.replace(RECORD, heads=known))}/affinity.npz")
        with pytest.raises(ValueError, match=r"`heads` must be .* as the affinity"):
            completed(_config("affinity", tmp_path, heads={"*": "psp"}), likeness)


def test_a_tree_costs_what_it_does_with_the_heads_that_were_measured(affinity, tmp_path):
    given = _config(affinity(), tmp_path, unit="parameters", load_size=(64,), heads={"depth": "psp"})
    with_psp = choose_tree(given).table
    assert with_psp == choose_tree(dataclasses.replace(given, load_size=(), heads={})).table
    usual = _config(affinity(dataclasses.replace(RECORD, heads={})), tmp_path, unit="parameters")
    usual = choose_tree(usual).table
    assert with_psp.blocks == usual.blocks and with_psp.heads["semseg"] == usual.heads["semseg"]
    assert with_psp.heads["depth"] != usual.heads["depth"]


def test_costs_may_be_counted_for_images_of_another_size(affinity, tmp_path):
    small, large = (choose_tree(_config(affinity(), tmp_path, image_size=size)) for size in ((32, 48), (64, 96)))
    assert large.table.single() > 3 * small.table.single()


def test_a_measurement_that_does_not_say_on_what_it_was_made_asks_for_it(affinity, tmp_path):
    folder = affinity(record=None)
    likeness = AffinityResult.load(f"{folder}/affinity.npz")
    with pytest.raises(ValueError, match=f"`data` must be given where the affinity {folder} does not say"):
        completed(_config(folder, tmp_path), likeness)
    config, record = completed(_config(folder, tmp_path, image_size=(32, 32), data="scenes", encoder="x"), likeness)
    assert (config.output_stride, config.by_stage, config.folded) == (16, False, 0)
    assert (record.encoder, record.image_size, record.data) == ("x", (32, 32), "scenes")


def test_a_tree_to_compare_with_takes_over_what_its_model_was_made_on(affinity, tmp_path):
    choose_tree(_config(affinity(), tmp_path))
    like = str(tmp_path / "tree" / "grouping.json")
    config = ChoiceConfig(output=str(tmp_path / "other"), method="vanilla", like=like)
    _, record = completed(config, None)
    assert record == RECORD
    assert choose_tree(config).grouping.encoder == "small"
    with pytest.raises(ValueError, match="`output_stride` must be 8, as the tree"):
        choose_tree(dataclasses.replace(config, output_stride=16))


def test_a_tree_to_compare_with_takes_over_what_an_affinity_was_made_on_where_it_is_like_none(affinity, tmp_path):
    choice = choose_tree(_config(affinity(), tmp_path, method="all", number=3, budget="", unit="parameters"))
    assert choice.grouping.encoder == "small" and choice.grouping.branches == (2, 2, 2)
    assert choice.table.heads.keys() == {"semseg", "depth"} and choice.together is None
    with pytest.raises(ValueError, match="`output_stride` must be 8, as the affinity"):
        choose_tree(_config(affinity(), tmp_path, method="vanilla", output_stride=16))


def test_a_tree_to_compare_with_that_lies_in_a_run_takes_over_what_the_run_is_of(trained, tmp_path):
    like = f"{trained.run_dir}/grouping.json"
    config, record = completed(ChoiceConfig(output=str(tmp_path / "other"), method="permuted", like=like), None)
    assert (config.data, config.encoder, config.image_size) == (trained.data, trained.encoder, trained.image_size)
    assert record.fingerprint
