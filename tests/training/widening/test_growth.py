"""A tree that grows while it is trained: same outputs at every split, same bits after a stop, a run like any other."""

import dataclasses
import json
import pathlib

import numpy as np
import pytest
import toys
from tiny_runs import tiny_training

from bmt_tf.export import export_saved_model
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.runs.progress import Progress
from bmt_tf.tasks import get_task
from bmt_tf.training import evaluate, train
from bmt_tf.training.widening.growth import copy_network

pytestmark = pytest.mark.long

# Branches cost next to nothing here, so that every look splits a block.
GROWS = {"widen_alpha": 1e9, "widen_every": 2, "steps": 8, "checkpoint_every": 1, "batch_size": 4}


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """The settings of a finished run whose tree has grown to the end."""
    config = tiny_training(tmp_path_factory.mktemp("grown") / "run", **GROWS)
    train(config)
    return config


def weights(run_dir):
    return [variable.numpy() for variable in Run.load(str(run_dir)).trained().network.variables]


def test_blocks_are_split_from_the_last_to_the_first(grown):
    run = Run.load(grown.run_dir)
    rounds = json.loads(pathlib.Path(run.paths.widening).read_text())["rounds"]
    assert [one["after"] for one in rounds] == [0, 2, 4, 6]
    branches = [[len(partition) for partition in one["partitions"]] for one in rounds]
    assert branches == [[1, 1, 1], [1, 1, 2], [1, 2, 2], [2, 2, 2]]
    assert run.grouping.branches == (2, 2, 2) and run.grouping.made_by["method"] == "widening"
    assert run.finished


def test_it_is_scored_and_exported_like_any_other_run(grown):
    metrics = evaluate(grown.run_dir, time_it=False)
    assert metrics["cost"]["multiply_adds"] == Run.load(grown.run_dir).grouping.made_by["cost"]
    assert pathlib.Path(export_saved_model(grown.run_dir, images=1)).exists()


class StoppedError(Exception):
    """Ends a part of the training."""


@pytest.mark.parametrize(
    ("step", "saved"),
    [(3, True), (4, True), (5, True), (4, False)],
    ids=["within a round", "as one begins", "after its first update", "noted but not begun"],
)
def test_a_run_that_was_stopped_goes_on_to_the_bit(grown, tmp_path, monkeypatch, step, saved):
    config, save = dataclasses.replace(grown, run_dir=str(tmp_path / "stopped")), Checkpoints.save

    def save_and_stop(self, now):
        if now == step and not saved:
            raise StoppedError
        save(self, now)
        if now == step:
            raise StoppedError

    monkeypatch.setattr(Checkpoints, "save", save_and_stop)
    with pytest.raises(StoppedError):
        train(config)
    monkeypatch.undo()
    assert Run(config).saved_steps[-1] == step - (not saved)
    train(config)
    for ours, theirs in zip(weights(config.run_dir), weights(grown.run_dir), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_split_leaves_the_outputs_as_they_are():
    encoder, tasks = toys.small_encoder(), [get_task("semseg", channels=3), get_task("depth"), get_task("edge")]
    names = [task.name for task in tasks]
    joined, parted, all_apart = [names], [["semseg"], ["depth", "edge"]], [[name] for name in names]
    before = Grouping(names, toys.BLOCKS, [joined, joined, all_apart])
    after = Grouping(names, toys.BLOCKS, [joined, parted, all_apart])
    narrow, wide = (build_branched(encoder, tasks, tree, seed=seed) for seed, tree in enumerate((before, after)))
    for variable in narrow.variables:
        variable.assign(variable + 0.1)
    copy_network(narrow, wide, before, after)
    image = np.random.default_rng(0).uniform(0, 255, [2, 32, 32, 3]).astype(np.float32)
    for name, output in narrow(image).items():
        np.testing.assert_allclose(wide(image)[name], output, atol=1e-5)


def test_a_rate_that_falls_begins_anew_at_every_split(tiny, monkeypatch):
    rates = []
    config = tiny(**GROWS, log_every=1)
    add = Progress.add

    def noted(self, done, report):
        rates.append(float(report["learning_rate"]))
        add(self, done, report)

    monkeypatch.setattr(Progress, "add", noted)
    train(config)
    assert [rates[step] for step in (0, 2, 4, 6)] == pytest.approx([config.learning_rate] * 4)
    assert rates[7] == pytest.approx(config.learning_rate * 0.5**0.9)  # the second of the two that were left


def test_a_cap_leaves_a_block_shared(tiny):
    config = tiny(**GROWS | {"widen_caps": (1, 2, 2)})
    train(config)
    assert Grouping.load(f"{config.run_dir}/grouping.json").branches == (1, 2, 2)


def test_other_settings_of_growth_do_not_resume_the_run(grown):
    with pytest.raises(ValueError, match="`widen_every` must stay as the run was begun with"):
        train(dataclasses.replace(grown, widen_every=3))
