"""A training of whatever kind that ends in the middle of an update goes on to the very same bits."""

import dataclasses
import shutil
import signal

import numpy as np
import pytest
import tensorflow as tf
from killed_program import in_a_process, in_the_update_after, run, run_and_die

from bmt_tf.runs import Run
from bmt_tf.runs.paths import RunPaths
from bmt_tf.training import train

STAGED = {"encoder": "staged"}
# Weights measured before training: weighting/test_resuming.py. More moments of a tree that grows: widening/.
KINDS = {
    "one for each task but the stem": {"grouping": "separate"},
    "cross_stitch": {"network": "cross_stitch", **STAGED},
    "nddr": {"network": "nddr", **STAGED},
    "mtan": {"network": "mtan", **STAGED},
    "bfloat16": {"bfloat16": True},
    "updates in turn": {"updates": "in_turn"},
    "uniform": {"weighting": "uniform"},
    "uncertainty": {"weighting": "uncertainty"},
    "dwa": {"weighting": "dwa"},
    "mgda_ub": {"weighting": "mgda_ub"},
}
FIRST = ("nddr", "mtan", "bfloat16", "mgda_ub")  # the others with the whole suite
TWO_STEPS = {"steps": 2, "checkpoint_every": 1}


def _check_alike(one, other):
    """Checks all that the last checkpoints hold, by name: weights, statistics, momenta, weights of losses."""
    ours, theirs = (
        tf.train.load_checkpoint(f"{RunPaths(config.run_dir).checkpoints}/ckpt-{config.steps}")
        for config in (one, other)
    )
    names = set(ours.get_variable_to_shape_map())
    assert names == set(theirs.get_variable_to_shape_map()) and len(names) > 20
    for name in names - {"_CHECKPOINTABLE_OBJECT_GRAPH"}:
        np.testing.assert_array_equal(ours.get_tensor(name), theirs.get_tensor(name), err_msg=name)


@pytest.mark.parametrize(
    "kind", [kind if kind in FIRST else pytest.param(kind, marks=pytest.mark.whole) for kind in KINDS]
)
def test_what_a_kill_would_leave_becomes_what_it_would_have_been(kind, tiny, tree, tmp_path):
    changes = KINDS[kind] if "encoder" in KINDS[kind] else {"grouping": tree, **KINDS[kind]}
    unbroken = tiny("unbroken", **TWO_STEPS, **changes)
    killed = dataclasses.replace(unbroken, run_dir=str(tmp_path / "killed"))
    with in_the_update_after(1, lambda: shutil.copytree(unbroken.run_dir, killed.run_dir)):
        train(unbroken)
    assert Run(killed).saved_steps == [1]
    train(killed)
    _check_alike(killed, unbroken)


def test_killed_processes_leave_what_becomes_what_it_would_have_been(tiny, tmp_path):
    # With dropout of Keras' and of our own, whose masks must go on where they were, and weights of losses that move;
    # and with a tree that grows after the second step, the one with the last checkpoint.
    dropping = tiny("dropping", encoder="dropping", weighting="gradnorm", **TWO_STEPS)
    growing = tiny("growing", widen_alpha=1e9, widen_every=2, **TWO_STEPS | {"steps": 3})
    runs = []
    for unbroken, step in ((dropping, 1), (growing, 2)):
        killed = dataclasses.replace(unbroken, run_dir=unbroken.run_dir + "_killed")
        assert in_a_process(run_and_die, killed, step) == -signal.SIGKILL
        assert Run(killed).saved_steps[-1] == step and not Run(killed).finished
        runs += [killed, unbroken]
    assert in_a_process(run, *runs) == 0
    for killed, unbroken in zip(runs[::2], runs[1::2], strict=True):
        _check_alike(killed, unbroken)
