"""Branched training end to end: several devices equal one, a killed run equals an unbroken one."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.training.checkpoints import saved_steps
from bmt_tf.training.run_network import load_network, make_encoder
from bmt_tf.training.train_loop import train


def _weights(run_dir, step=None):
    return [variable.numpy() for variable in load_network(run_dir, step)[0].variables]


def _tree(config, path):
    blocks = make_encoder(config).block_names
    routing = np.array([[0, 0]] + [[0, 1]] * (len(blocks) - 1))
    Grouping.from_routing(config.tasks, blocks, routing, encoder=config.encoder).save(path)
    return str(path)


def test_two_devices_train_to_the_weights_of_one(tiny, tmp_path, two_devices):
    # float32 sums in another order on two devices; three steps of batch norm amplify that a little.
    tree = _tree(tiny(), tmp_path / "tree.json")
    one = tiny("one", grouping=tree, batch_size=4, steps=3, replicas=1)
    two = dataclasses.replace(one, run_dir=str(tmp_path / "two"), replicas=2)
    for ours, theirs in zip(_weights(train(one)), _weights(train(two)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def test_training_moves_every_weight_and_every_statistic(tiny):
    config = tiny(grouping="separate", steps=2, checkpoint_every=1)
    run_dir = train(config)
    before, after = (load_network(run_dir, step)[0].variables for step in (1, 2))
    still = [v.path for v, w in zip(before, after, strict=True) if np.array_equal(v.numpy(), w.numpy())]
    assert not still


def test_killed_run_resumes_to_the_weights_of_the_unbroken_one(tiny, tmp_path):
    unbroken = tiny("unbroken", steps=30, checkpoint_every=5, deterministic=True)
    broken = dataclasses.replace(unbroken, run_dir=str(tmp_path / "broken"))
    _train_in_a_process(unbroken).wait()
    process = _train_in_a_process(broken)
    checkpoints = os.path.join(broken.run_dir, "checkpoints")
    while not saved_steps(checkpoints) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = saved_steps(checkpoints)[-1]
    assert done < 30, "The run was over before it could be killed."
    assert _train_in_a_process(broken).wait() == 0
    for ours, theirs in zip(_weights(broken.run_dir), _weights(unbroken.run_dir), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def _train_in_a_process(config):
    program = ("import json, sys; sys.path.insert(0, sys.argv[2]); import small_encoder; "
               "from bmt_tf.training import TrainConfig, train; train(TrainConfig.from_json(json.loads(sys.argv[1])))")
    arguments = [json.dumps(config.to_json()), os.path.dirname(__file__)]
    return subprocess.Popen([sys.executable, "-c", program, *arguments], stderr=subprocess.DEVNULL)


def test_loss_that_is_not_finite_stops_with_the_checkpoint_before(tiny):
    config = tiny(learning_rate=1e30, steps=8, checkpoint_every=1, log_every=4, weight_decay=0.0)
    with pytest.raises(FloatingPointError, match=r"'(semseg|depth)'.* at step"):
        train(config)
    assert saved_steps(os.path.join(config.run_dir, "checkpoints"))[-1] < 8


@pytest.mark.parametrize(
    ("change", "name"), [({"learning_rate": 0.5}, "learning_rate"), ({"seed": 9}, "seed"), ({"steps": 6}, "steps")]
)
def test_resuming_with_another_flag_names_it(tiny, change, name):
    config = tiny(steps=1)
    train(config)
    with pytest.raises(ValueError, match=f"`{name}` must stay as the run was begun with"):
        train(dataclasses.replace(config, **change))


def test_resuming_with_another_tree_is_refused(tiny, tmp_path):
    path = tmp_path / "tree.json"
    config = tiny(grouping=_tree(tiny(), path), steps=1)
    train(config)
    Grouping.shared(config.tasks, make_encoder(config).block_names, encoder=config.encoder).save(path)
    with pytest.raises(ValueError, match="`grouping` must be the one the run was begun with"):
        train(config)


def test_learning_rate_is_divided_by_the_number_of_tasks(tiny):
    # One step of plain SGD from the same weights on the same batch: the shared stem moves half as far.
    changes = {"steps": 1, "weight_decay": 0.0, "checkpoint_every": 1, "schedule": "constant"}
    divided, whole = tiny("divided", **changes), tiny("whole", divide_learning_rate=False, **changes)
    moved = {}
    for config in (divided, whole):
        model, *_ = load_network(train(config))
        moved[config.run_dir] = {v.path: v.numpy() for v in model.trainable_variables}
    start, *_ = load_network(train(tiny("start", learning_rate=1e-12, **changes)))
    for variable in start.trainable_variables:
        ratio = 1.0 if variable.path.startswith("head_") else 0.5
        step = [moved[config.run_dir][variable.path] - variable.numpy() for config in (divided, whole)]
        np.testing.assert_allclose(step[0], ratio * step[1], rtol=1e-3, atol=1e-6)
