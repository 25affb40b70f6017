"""Branched training end to end: several devices equal one, a run that went on equals an unbroken one."""

import dataclasses
import json
import os
import pathlib

import numpy as np
import pytest
import tensorflow as tf
from killed_program import in_a_process, run, run_traced
from tiny_runs import FEW_LAYERS

from bmt_tf.grouping import Grouping
from bmt_tf.runs import Run
from bmt_tf.runs.network import build_network, make_encoder, resolve_grouping
from bmt_tf.runs.strategy import make_strategy
from bmt_tf.training.train_loop import Trainer, train

pytestmark = pytest.mark.long


def _weights(run_dir):
    return [variable.numpy() for variable in Run.load(run_dir).trained().network.variables]


def _initial(config):
    grouping = resolve_grouping(config, make_encoder(config))
    return build_network(config, make_encoder(config), grouping, Run(config).tasks)


def test_two_devices_train_to_the_weights_of_one(trained, tmp_path, two_devices):
    # float32 sums in another order on two devices; three steps of batch norm amplify that a little.
    two = dataclasses.replace(trained, run_dir=str(tmp_path / "two"), replicas=2)
    for ours, theirs in zip(_weights(train(two)), _weights(trained.run_dir), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def test_two_devices_weigh_losses_as_one(tiny, tmp_path, two_devices):
    network = {"tasks": FEW_LAYERS, "grouping": "separate", "folded": 2}
    one = tiny(batch_size=4, steps=2, replicas=1, weighting="gradnorm", **network)
    two = dataclasses.replace(one, run_dir=str(tmp_path / "two"), replicas=2)
    for ours, theirs in zip(_weights(train(two)), _weights(train(one)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.traced  # replicas gather nothing step by step
@pytest.mark.whole
def test_two_devices_grow_the_tree_of_one(tiny, tmp_path, two_devices):
    grows = {"widen_alpha": 1e9, "widen_every": 1, "folded": 2, "tasks": FEW_LAYERS}
    one = tiny(batch_size=4, steps=2, replicas=1, **grows)
    two = dataclasses.replace(one, run_dir=str(tmp_path / "two"), replicas=2)
    for ours, theirs in zip(_weights(train(two)), _weights(train(one)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)
    assert Run.load(two.run_dir).grouping.branches == Run.load(one.run_dir).grouping.branches == (2,)


def test_weights_of_losses_are_told_to_tensorboard(trained):
    tags = {
        value.tag
        for path in pathlib.Path(trained.run_dir, "events").iterdir()
        for event in tf.compat.v1.train.summary_iterator(str(path))
        for value in event.summary.value
    }
    assert {"train/weight_semseg", "train/weight_depth"} <= tags


def test_fewer_images_than_replicas_are_refused(tiny, two_devices):
    with pytest.raises(ValueError, match="`batch_size` must be at least the number of replicas, 2"):
        train(tiny(batch_size=1, replicas=2))


def test_training_moves_every_weight_and_every_statistic(trained):
    moved = zip(_initial(trained).variables, Run.load(trained.run_dir).trained().network.variables, strict=True)
    still = [before.path for before, after in moved if np.array_equal(before.numpy(), after.numpy())]
    assert not still


def test_a_run_by_traced_steps_resumes_to_the_weights_of_the_unbroken_one(tiny, tmp_path):
    """Step by step, with every way to weigh losses, and killed: test_killed_runs.py."""
    # With dropout of Keras' and of our own, whose masks must go on where they were.
    unbroken = tiny(
        "unbroken",
        steps=2,
        checkpoint_every=1,
        deterministic=True,
        encoder="dropping",
        threads="1x2",
        tasks=FEW_LAYERS,
    )
    resumed = dataclasses.replace(unbroken, run_dir=str(tmp_path / "resumed"), threads="auto")
    assert in_a_process(run_traced, unbroken, resumed, 1) == 0
    for ours, theirs in zip(_weights(resumed.run_dir), _weights(unbroken.run_dir), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert Run.load(unbroken.run_dir).record["threads"] == "1x2"


def test_other_threads_round_otherwise_no_more(trained, tmp_path):
    alike = dataclasses.replace(trained, run_dir=str(tmp_path / "threads"), threads="1x2")
    assert in_a_process(run, alike) == 0
    assert Run.load(alike.run_dir).record["threads"] == "1x2"
    for ours, theirs in zip(_weights(alike.run_dir), _weights(trained.run_dir), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def test_loss_that_is_not_finite_stops_with_the_checkpoint_before(tiny):
    config = tiny(learning_rate=1e30, steps=8, checkpoint_every=1, log_every=4, weight_decay=0.0)
    with pytest.raises(FloatingPointError, match=r"'(semseg|depth)'.* at step"):
        train(config)
    assert Run(config).saved_steps[-1] < 8


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"learning_rate": 0.5}, "learning_rate"),
        ({"seed": 9}, "seed"),
        ({"steps": 6}, "steps"),
        ({"tasks": ("semseg",)}, "tasks"),
    ],
)
def test_resuming_with_another_flag_names_it(trained, change, name):
    with pytest.raises(ValueError, match=f"`{name}` must stay as the run was begun with"):
        train(dataclasses.replace(trained, **({"grouping": "shared"} | change)))


def test_resuming_with_other_data_is_refused(trained):
    with pytest.raises(ValueError, match="`data` must hold the files the run was begun with"):
        train(dataclasses.replace(trained, data="scenes:train=12,val=4,height=32,width=32,seed=2"))


def test_resuming_with_another_tree_is_refused(trained, tmp_path):
    path = str(tmp_path / "other.json")
    Grouping.separate(trained.tasks, make_encoder(trained).block_names, encoder=trained.encoder).save(path)
    with pytest.raises(ValueError, match="`grouping` must be the one the run was begun with"):
        train(dataclasses.replace(trained, grouping=path))


def test_finished_run_is_left_alone(trained, copied):
    run_dir = str(copied(trained.run_dir))
    before = {path: os.stat(path).st_mtime_ns for path in tf.io.gfile.glob(f"{run_dir}/*/*")}
    assert train(dataclasses.replace(trained, run_dir=run_dir)) == run_dir
    assert {path: os.stat(path).st_mtime_ns for path in tf.io.gfile.glob(f"{run_dir}/*/*")} == before


def test_hours_and_steps_are_kept_with_every_checkpoint(trained):
    summary = json.loads(open(os.path.join(trained.run_dir, "training.json")).read())
    assert summary["steps"] == 3
    assert 0 < summary["hours"] < 1


def test_bfloat16_trains_with_float32_weights(tiny):
    config = tiny(bfloat16=True, steps=1)
    model = Run.load(train(config)).trained().network
    assert model.get_layer("one_g0").output.dtype == "bfloat16"
    assert {output.dtype for output in model.output.values()} == {"float32"}
    assert {variable.dtype for variable in model.variables} == {"float32"}
    changed = zip(_initial(config).variables, model.variables, strict=True)
    assert all(np.isfinite(after).all() and not np.array_equal(before, after) for before, after in changed)


@pytest.mark.traced
@pytest.mark.parametrize("xla", [False, True])
def test_step_is_traced_once_and_compiled_where_the_flag_says_so(tiny, tree, xla):
    config = tiny(grouping=tree, xla=xla)
    run = Run(config)
    run.grouping = resolve_grouping(config, run.encoder)
    update = Trainer(config, run.encoder, run.tasks, run.grouping).step_function(make_strategy(1))
    labels = {"semseg": tf.zeros([2, 32, 32, 1], tf.uint8), "depth": tf.ones([2, 32, 32, 1])}
    batch = {"image": tf.zeros([2, 32, 32, 3]), "labels": labels, "position": tf.zeros([2], tf.int64)}
    traced = update.traced.get_concrete_function(batch)
    assert ("_XlaMustCompile" in traced.function_def.attr) == xla
    if not xla:
        update(batch)
        update(batch)
        assert update.traced.experimental_get_tracing_count() == 1


def test_a_run_that_is_extended_goes_on_from_its_end_as_if_it_had_been_longer_from_the_start(tiny, tree):
    changes = {"grouping": tree, "schedule": "constant", "deterministic": True}
    begun, longer = tiny("begun", steps=1, **changes), tiny("longer", steps=2, **changes)
    train(begun)
    train(dataclasses.replace(begun, steps=2, extend=True))
    train(longer)
    ours, theirs = (Run.load(config.run_dir).trained() for config in (begun, longer))
    assert ours.step == theirs.step == 2
    for one, other in zip(ours.network.variables, theirs.network.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
