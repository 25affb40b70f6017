"""A training of whatever kind that is killed in the middle of an update goes on to the very same bits."""

import dataclasses
import signal

import numpy as np
import pytest
import tensorflow as tf
from killed_program import in_a_process, run, run_and_die

from bmt_tf.runs import Run
from bmt_tf.runs.paths import RunPaths

pytestmark = pytest.mark.long

STAGED = {"encoder": "staged"}
KINDS = {
    "one for each task but the stem": {"grouping": "separate"},
    "cross_stitch": {"network": "cross_stitch", **STAGED},
    "nddr": {"network": "nddr", **STAGED},
    "mtan": {"network": "mtan", **STAGED},
    "dropout": {"encoder": "dropping"},
    "bfloat16": {"bfloat16": True},
    "updates in turn": {"updates": "in_turn"},
    "widening": {"widen_alpha": 1e9, "widen_every": 2, "steps": 4},
    "widening, as a round begins": {"widen_alpha": 1e9, "widen_every": 1},
    "uniform": {"weighting": "uniform"},
    "balanced": {"weighting": "balanced:batches=1"},
    "uncertainty": {"weighting": "uncertainty"},
    "dwa": {"weighting": "dwa"},
    "gradnorm": {"weighting": "gradnorm"},
    "mgda_ub": {"weighting": "mgda_ub"},
}


def kept(config):
    """Returns all that the last checkpoint holds, by name: weights, statistics, momenta, weights of losses."""
    reader = tf.train.load_checkpoint(f"{RunPaths(config.run_dir).checkpoints}/ckpt-{config.steps}")
    names = set(reader.get_variable_to_shape_map()) - {"_CHECKPOINTABLE_OBJECT_GRAPH"}
    return {name: reader.get_tensor(name) for name in names}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_it_would_have_been(kind, tiny, tree, tmp_path):
    step = 2 if kind == "widening" else 1
    changes = (
        KINDS[kind] if "encoder" in KINDS[kind] or "widen_alpha" in KINDS[kind] else {"grouping": tree, **KINDS[kind]}
    )
    killed = tiny("killed", **({"steps": 2, "checkpoint_every": 1} | changes))
    assert in_a_process(run_and_die, killed, step) == -signal.SIGKILL
    assert Run(killed).saved_steps[-1] == step and not Run(killed).finished
    unbroken = dataclasses.replace(killed, run_dir=str(tmp_path / "unbroken"))
    assert in_a_process(run, killed, unbroken) == 0
    ours, theirs = kept(killed), kept(unbroken)
    assert ours.keys() == theirs.keys() and len(ours) > 20
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
