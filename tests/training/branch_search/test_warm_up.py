"""The warm-up trains every task's own path, one after the other, at a constant rate."""

import numpy as np
import pytest
import tensorflow as tf
from tiny_runs import tiny_search

from bmt_tf.runs import Run
from bmt_tf.runs.network import make_encoder
from bmt_tf.supergraph import Supergraph
from bmt_tf.tasks import empty_label
from bmt_tf.training.branch_search.data import split_for_search
from bmt_tf.training.branch_search.warm_up import WarmUp

TASKS = ("indoors", "depth", "dim")


@pytest.fixture(scope="module")
def warmed(tmp_path_factory):
    """Three tasks with two candidates, after two steps: the first step's values of all variables, and the second's."""
    config = tiny_search(tmp_path_factory.mktemp("warm"), tasks=TASKS, candidates=2, weight_decay=0.0, folded=1)
    data = split_for_search(Run(config))
    warm_up = WarmUp(config, make_encoder(config), data.tasks)
    step = warm_up.step_function(tf.distribute.get_strategy())
    batch = next(iter(data.batches("warm_up", 0)))
    return warm_up, step, batch


def _variables(model, trainable=False):
    """Returns the variables by node and path: layers of different nodes bear the same names."""
    nodes = [node for node in model.layers if node.variables]
    return {
        f"{node.name}/{variable.path}": variable
        for node in nodes
        for variable in (node.trainable_variables if trainable else node.variables)
    }


def _values(model, trainable=False):
    return {name: variable.numpy() for name, variable in _variables(model, trainable).items()}


def test_tasks_share_candidates_by_their_number_and_the_last_norm_is_plain(warmed):
    warm_up, *_ = warmed
    assert warm_up.grouping.parts("two") == (("indoors", "dim"), ("depth",))
    assert not warm_up.model.get_layer("two_g0").get_layer("two_bn").trainable_variables
    assert len(warm_up.model.get_layer("stem").trainable_variables) > 2


def test_step_is_one_update_per_task_in_turn_with_the_whole_constant_rate(warmed):
    warm_up, step, batch = warmed
    model, start = warm_up.model, _values(warm_up.model)
    step(batch)
    ours = _values(model, trainable=True)
    for name, variable in _variables(model).items():
        variable.assign(start[name])
    variables, velocity = list(_variables(model, trainable=True).values()), {}
    for task in warm_up.tasks:
        with tf.GradientTape() as tape:
            outputs = model(batch["image"], training=True)[task.name]
            label = batch["labels"][task.name]
            loss = task.weight * task.loss(outputs, label, task.loss.counts(label))
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            if gradient is not None:
                velocity[id(variable)] = 0.9 * velocity.get(id(variable), 0.0) + gradient.numpy()
                variable.assign(variable.numpy() - 0.01 * velocity[id(variable)])
    for name, value in _values(model, trainable=True).items():
        np.testing.assert_allclose(ours[name], value, rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.traced
def test_task_without_labels_moves_nothing_and_the_step_is_traced_once(warmed):
    warm_up, step, batch = warmed
    step(batch)
    empty = {
        name: tf.constant(np.stack([empty_label(task, 32, 32)] * 2))
        for name, task in zip(TASKS, warm_up.tasks, strict=True)
    }
    before = _values(warm_up.model)
    report = step(batch | {"labels": empty})
    assert not any(report["labelled"].values())
    for name, value in _values(warm_up.model).items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)
    step(batch | {"labels": {**empty, "depth": batch["labels"]["depth"]}})
    moved = {name for name, value in _values(warm_up.model).items() if np.any(value != before[name])}
    assert {name.split("/")[0] for name in moved} == {"stem", "two_g1", "three_g1", "head_depth"}
    assert step.traced.experimental_get_tracing_count() == 1


def test_images_are_as_small_as_the_search_sees_them(tmp_path):
    config = tiny_search(tmp_path, search_scale=0.7, folded=1)
    data = split_for_search(Run(config))
    batch = next(iter(data.batches("warm_up", 0)))
    assert batch["image"].shape[1:3] == (22, 22)
    step = WarmUp(config, make_encoder(config), data.tasks).step_function(tf.distribute.get_strategy())
    assert all(np.isfinite(loss) for loss in step(batch)["losses"].values())


def test_warmed_weights_start_the_search(warmed):
    warm_up, step, batch = warmed
    step(batch)
    graph = Supergraph(make_encoder(warm_up.config), warm_up.tasks, 2)
    graph.load_branched(warm_up.model, warm_up.grouping)
    image = batch["image"]
    for place, name in enumerate(TASKS):
        ours = graph.forward(image, name, tf.constant([place % 2] * 2), mode="inference")
        np.testing.assert_allclose(ours, warm_up.model(image, training=False)[name], rtol=1e-4, atol=1e-4)
