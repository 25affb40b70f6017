"""A tree that grows while it is trained: same outputs at every split, same bits after a stop, a run like any other."""

import dataclasses
import json
import pathlib
import shutil
from typing import NamedTuple

import numpy as np
import pytest
import toys
from killed_program import saving
from tiny_runs import tiny_training

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.runs import Run
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.progress import Progress
from bmt_tf.tasks import get_task
from bmt_tf.training import evaluate, train
from bmt_tf.training.widening.growth import copy_network

pytestmark = pytest.mark.long

# Branches cost next to nothing here, so that every look splits a block, but for the one that is capped.
GROWS = {
    "widen_alpha": 1e9,
    "widen_every": 2,
    "widen_caps": (1, 2, 2),
    "steps": 7,
    "checkpoint_every": 1,
    "batch_size": 4,
    "log_every": 1,
}


class Grown(NamedTuple):
    """A run whose tree has grown to the end.

    Args:
        config: Its settings.
        rates: The learning rate of each step.
        left: The folder in which `before 4` and `after 4` are what lay on the disk before and after the checkpoint of
            step 4.
    """

    config: TrainConfig
    rates: list[float]
    left: pathlib.Path


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """The finished run, and what was kept on its way."""
    folder = tmp_path_factory.mktemp("grown")
    config, rates, add = tiny_training(folder / "run", **GROWS), [], Progress.add

    def noted(progress, done, report):
        rates.append(float(report["learning_rate"]))
        add(progress, done, report)

    def copied(save, checkpoints, step):
        shutil.copytree(config.run_dir, folder / f"before {step}")
        save(checkpoints, step)
        shutil.copytree(config.run_dir, folder / f"after {step}")

    with saving(copied), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Progress, "add", noted)
        train(config)
    return Grown(config, rates, folder)


def weights(run_dir):
    return [variable.numpy() for variable in Run.load(str(run_dir)).trained().network.variables]


def test_blocks_are_split_from_the_last_to_the_first_that_may_be(grown):
    run = Run.load(grown.config.run_dir)
    rounds = json.loads(pathlib.Path(run.paths.widening).read_text())["rounds"]
    assert [one["after"] for one in rounds] == [0, 2, 4]
    branches = [[len(partition) for partition in one["partitions"]] for one in rounds]
    assert branches == [[1, 1, 1], [1, 1, 2], [1, 2, 2]]
    assert run.grouping.branches == (1, 2, 2) and run.grouping.made_by["method"] == "widening"
    assert run.finished


def test_it_is_loaded_and_scored_like_any_other_run(grown):
    run_dir = grown.config.run_dir
    metrics = evaluate(run_dir, time_it=False)
    assert metrics["cost"]["multiply_adds"] == Run.load(run_dir).grouping.made_by["cost"]


@pytest.mark.parametrize(
    ("left", "step"),
    [
        pytest.param("after 3", 3, id="within a round", marks=pytest.mark.whole),
        pytest.param("after 4", 4, id="as one begins"),
        pytest.param("after 5", 5, id="after its first update", marks=pytest.mark.whole),
        pytest.param("before 4", 3, id="noted but not begun"),
    ],
)
def test_a_run_that_was_stopped_goes_on_to_the_bit(grown, left, step):
    config = dataclasses.replace(grown.config, run_dir=str(grown.left / left))
    assert Run(config).saved_steps[-1] == step
    train(config)
    for ours, theirs in zip(weights(config.run_dir), weights(grown.config.run_dir), strict=True):
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


def test_a_rate_that_falls_begins_anew_at_every_split(grown):
    rate = grown.config.learning_rate
    assert [grown.rates[step] for step in (0, 2, 4)] == pytest.approx([rate] * 3)
    assert grown.rates[6] == pytest.approx(rate * (1 / 3) ** 0.9)  # the last of the three that were left


def test_other_settings_of_growth_do_not_resume_the_run(grown):
    with pytest.raises(ValueError, match="`widen_every` must stay as the run was begun with"):
        train(dataclasses.replace(grown.config, widen_every=3))
