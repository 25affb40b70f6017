"""One network per task: the same settings, and only what is missing."""

import dataclasses
import os

import pytest

from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import saved_steps
from bmt_tf.training.single_tasks import single_task_configs, train_singles


def test_settings_differ_in_task_directory_and_weights_only(tiny):
    config = tiny(loss_weights={"depth": 2.0}, heads={"depth": "psp"}, grouping="separate")
    semseg, depth = single_task_configs(config)
    assert (semseg.tasks, depth.tasks) == (("semseg",), ("depth",))
    assert depth.run_dir == os.path.join(config.run_dir, "depth")
    assert (semseg.loss_weights, depth.loss_weights) == ({}, {"depth": 2.0})
    assert (semseg.heads, depth.heads) == ({}, {"depth": "psp"})
    own = {name: getattr(config, name) for name in ("tasks", "run_dir", "loss_weights", "heads", "grouping")}
    assert dataclasses.replace(depth, **own) == config


def test_what_weighs_tasks_against_each_other_has_no_part_in_a_single_task(tiny):
    for weighting, expected in (("gradnorm", "fixed"), ("balanced", "fixed"), ("uniform", "uniform")):
        singles = single_task_configs(tiny(weighting=weighting))
        assert {single.weighting for single in singles} == {expected}
    assert {single.updates for single in single_task_configs(tiny(updates="in_turn"))} == {"joint"}


def test_only_the_missing_ones_are_trained(trained_singles, copied, tmp_path):
    for task in ("semseg", "depth"):
        copied(trained_singles[task], task)
    depth = tmp_path / "depth" / "checkpoints"
    for file in depth.glob("ckpt-3.*"):
        file.unlink()
    config = Run.load(trained_singles["semseg"]).settings
    config = dataclasses.replace(config, tasks=("semseg", "depth"), run_dir=str(tmp_path))
    before = os.stat(tmp_path / "semseg" / "checkpoints" / "ckpt-3.index").st_mtime_ns

    assert train_singles(config, ("semseg",)) == (str(tmp_path / "semseg"), str(tmp_path / "depth"))
    assert saved_steps(str(depth)) == [2]
    train_singles(config)
    assert saved_steps(str(depth)) == [2, 3]
    assert os.stat(tmp_path / "semseg" / "checkpoints" / "ckpt-3.index").st_mtime_ns == before


def test_finished_run_of_other_settings_is_not_taken_for_one_of_these(trained_singles):
    run_dir = trained_singles["semseg"]
    config = dataclasses.replace(Run.load(run_dir).settings, run_dir=os.path.dirname(run_dir), learning_rate=0.5)
    with pytest.raises(ValueError, match="`learning_rate` must stay"):
        train_singles(config)
    assert Run.load(run_dir).saved_steps == [2, 3]


def test_unknown_task_is_refused(tiny):
    with pytest.raises(ValueError, match=r"`only` must name tasks among .*Received: \['edge'\]"):
        train_singles(tiny(), ("edge",))
