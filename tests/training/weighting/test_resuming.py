"""A run whose losses are weighed: one that was stopped goes on to the weights of one that was not."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
from killed_program import in_the_update_after

from bmt_tf.runs import Run
from bmt_tf.training import train


def _variables(run_dir):
    return [variable.numpy() for variable in Run.load(run_dir).trained().network.variables]


def test_a_stopped_run_goes_on_with_the_weights_that_it_has_measured(tiny, tree, tmp_path):
    """The other ways to weigh losses, and kills: tests/training/test_killed_runs.py."""
    # Deterministic by the tiny network alone: the setting would make the whole process so.
    config = tiny(grouping=tree, steps=2, checkpoint_every=1, weighting="balanced:batches=1")
    stopped, measured = tmp_path / "stopped", tmp_path / "stopped" / "weighting.json"
    with in_the_update_after(1, lambda: shutil.copytree(config.run_dir, stopped)):
        train(config)
    before = measured.stat().st_mtime_ns
    assert Run.load(str(stopped)).saved_steps == [1]
    train(dataclasses.replace(config, run_dir=str(stopped)))
    for ours, theirs in zip(_variables(str(stopped)), _variables(config.run_dir), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert measured.stat().st_mtime_ns == before  # read, not measured again
    assert json.loads(measured.read_text()).keys() == set(config.tasks)
    measured.unlink()
    with pytest.raises(FileNotFoundError, match=r"weighting\.json"):
        train(dataclasses.replace(config, run_dir=str(stopped)))


def test_another_weighting_does_not_resume_the_run(trained):
    with pytest.raises(ValueError, match="`weighting` must stay as the run was begun with"):
        train(dataclasses.replace(trained, weighting="uniform"))
