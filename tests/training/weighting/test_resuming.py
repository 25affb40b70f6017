"""Whole runs of every way to weigh losses: one that was stopped goes on to the weights of one that was not."""

import dataclasses
import json
import os

import numpy as np
import pytest

from bmt_tf.runs import Run
from bmt_tf.training import train


def _variables(run_dir):
    return [variable.numpy() for variable in Run.load(run_dir).trained().network.variables]


@pytest.mark.parametrize(
    "settings",
    [
        {"weighting": "balanced:batches=1"},
        {"weighting": "uncertainty"},
        {"weighting": "dwa"},
        {"weighting": "gradnorm"},
        {"weighting": "mgda_ub", "bfloat16": True},
        {"updates": "in_turn"},
    ],
    ids=lambda settings: settings.get("weighting", "in_turn"),
)
def test_a_stopped_run_goes_on_to_the_bit(tiny, tree, copied, tmp_path, settings):
    # Deterministic by the tiny network alone: the setting would make the whole process so.
    config = tiny(grouping=tree, steps=3, checkpoint_every=1, **settings)
    train(config)
    stopped = copied(config.run_dir, "stopped")
    for step in (2, 3):
        for file in (stopped / "checkpoints").glob(f"ckpt-{step}.*"):
            file.unlink()
    measured = stopped / "weighting.json"
    before = measured.stat().st_mtime_ns if measured.exists() else None
    train(dataclasses.replace(config, run_dir=str(stopped)))
    for ours, theirs in zip(_variables(str(stopped)), _variables(config.run_dir), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (before is not None) == config.weighting.startswith("balanced")
    if before is not None:
        assert measured.stat().st_mtime_ns == before  # read, not measured again
        rows = json.loads(measured.read_text())
        assert rows.keys() == set(config.tasks)
        measured.unlink()
        with pytest.raises(FileNotFoundError, match=r"weighting\.json"):
            train(dataclasses.replace(config, run_dir=str(stopped)))
    else:
        assert not os.path.exists(os.path.join(config.run_dir, "weighting.json"))


def test_another_weighting_does_not_resume_the_run(trained):
    with pytest.raises(ValueError, match="`weighting` must stay as the run was begun with"):
        train(dataclasses.replace(trained, weighting="uniform"))
