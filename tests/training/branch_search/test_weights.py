"""The weights of a search: what they equalise, at which scale, and that they are measured once."""

import dataclasses
import math

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from tiny_runs import tiny_search
from training.branch_search.built import Built
from training.trainers import with_scaled_loss

from bmt_tf.grouping import Grouping
from bmt_tf.runs import Run
from bmt_tf.runs.network import build_network
from bmt_tf.runs.weightings import WeightingChoice
from bmt_tf.tasks import get_task
from bmt_tf.training.branch_search.data import split_for_search
from bmt_tf.training.branch_search.weights import scaled_weights, weighed_tasks
from bmt_tf.training.gradients import backward_per_task
from bmt_tf.training.optimizers import MomentumSGD
from bmt_tf.training.schedules import make_schedule
from bmt_tf.training.weighting.measuring import Measured
from bmt_tf.training.weighting.shared_features import cut_at_shared_features

TASKS = tuple(get_task(name, weight=weight) for name, weight in (("depth", 1.0), ("normals", 10.0), ("edge", 50.0)))
UNIFORM, BALANCED = map(WeightingChoice.parse, ("uniform", "balanced"))
sizes = st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=3)


def _measured(losses, norms, batches=4):
    """Returns what batches show in which only the first has a label of the last task."""
    labelled = np.ones([batches, 3], bool)
    labelled[1:, 2] = False
    spread = np.linspace(0.8, 1.2, batches)[:, None]
    return Measured(spread * norms * labelled, spread * losses * labelled, labelled)


def _values(found):
    return np.array([row["weight"] for row in found.values()])


@given(losses=sizes, norms=sizes, way=st.sampled_from([UNIFORM, BALANCED]))
def test_the_whole_loss_begins_as_large_as_by_the_fixed_weights(losses, norms, way):
    measured = _measured(losses, norms)
    found = scaled_weights(way, TASKS, measured)
    assert measured.whole_loss(_values(found)) == pytest.approx(measured.whole_loss([1.0, 10.0, 50.0]))
    weighed = _values(found) * ([row["gradient_norm"] for row in found.values()] if way is BALANCED else 1.0)
    np.testing.assert_allclose(weighed, weighed[0])  # norms of gradients, or the weights themselves


@given(losses=sizes, norms=sizes, factor=st.floats(1e-3, 1e3))
def test_a_loss_in_another_unit_weighs_as_much_as_before(losses, norms, factor):
    unit = np.array([1.0, factor, 1.0])
    tasks = [dataclasses.replace(task, weight=task.weight / one) for task, one in zip(TASKS, unit, strict=True)]
    ours = scaled_weights(BALANCED, tasks, _measured(unit * losses, unit * norms))
    theirs = scaled_weights(BALANCED, TASKS, _measured(losses, norms))
    np.testing.assert_allclose(_values(ours) * unit, _values(theirs))


def test_uniform_weights_need_no_label_of_every_task():
    measured = _measured([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    measured.labelled[0, 2] = False
    found = scaled_weights(UNIFORM, TASKS, measured)
    assert [row["weight"] for row in found.values()] == pytest.approx([5.5] * 3)
    assert found["edge"]["batches"] == 0


@pytest.mark.parametrize("losses", [[0.0, 0.0, 0.0], [-1.0, -1.0, -1.0], [math.nan, 1.0, 1.0]])
def test_a_whole_loss_that_has_no_size_is_refused(losses):
    with pytest.raises(ValueError, match=r"`weighting` balanced must find a whole loss above 0 .* the first 4 batches"):
        scaled_weights(BALANCED, TASKS, _measured(losses, [1.0, 1.0, 1.0]))


def test_gradients_on_what_all_share_have_one_norm_before_the_warm_up(tmp_path):
    config = tiny_search(tmp_path / "run", weighting="balanced:batches=1", search_scale=0.75)
    run, strategy = Run(config), tf.distribute.get_strategy()
    data = split_for_search(run)
    weighed = weighed_tasks(run, strategy, data, anew=True)
    shared = Grouping.shared(config.tasks, run.encoder.block_names, encoder=run.encoder.name)
    network = build_network(config.at_search_scale(), run.encoder, shared, data.tasks)
    batch = next(iter(data.batches("warm_up", 0)))
    norms = backward_per_task(cut_at_shared_features(network), data.tasks, batch).seen.norms.numpy()
    products = [task.weight * norm for task, norm in zip(weighed, norms, strict=True)]
    np.testing.assert_allclose(products, products[0], rtol=1e-4)
    assert [dataclasses.replace(task, weight=1.0) for task in weighed] == [
        dataclasses.replace(task, weight=1.0) for task in data.tasks
    ]
    assert weighed_tasks(run, strategy, data, anew=False) == weighed
    (tmp_path / "run" / "weighting.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"weighting\.json must hold the weights"):
        weighed_tasks(run, strategy, data, anew=False)


def test_by_balanced_weights_alpha_knows_no_scale_of_one_loss(tmp_path):
    """Where price and rates follow the size of the whole loss, weights and alpha go where they went."""
    config = tiny_search(tmp_path, folded=2, weight_decay=0.0, weighting="balanced:batches=2")
    built, run = Built(config), Run(config)
    data, steps, alpha = split_for_search(run), built.steps, built.steps.supergraph.alpha

    def moved(tasks, size):
        built.restart()
        steps.tasks = tasks
        steps.config = dataclasses.replace(config, trade_off=300.0 * size, learning_rate=config.learning_rate / size)
        steps._schedule, steps._alpha_optimizer = make_schedule(steps.config), MomentumSGD(1 / size)
        steps._alpha_optimizer.set_up([alpha], {}, decay_all=True)
        before = alpha.numpy()
        built.theta(built.batch, 0)
        built.alpha(built.batch, 0)
        return alpha.numpy() - before

    fixed = data.tasks, with_scaled_loss(data.tasks, "semseg", 1000.0)
    balanced = [
        weighed_tasks(run, built.strategy, dataclasses.replace(data, tasks=tasks), anew=True) for tasks in fixed
    ]
    grown = balanced[1][1].weight / balanced[0][1].weight  # of the task whose loss is as it was
    assert grown > 10
    for tasks, alike in ((balanced, True), (fixed, False)):
        one, other = moved(tasks[0], 1.0), moved(tasks[1], grown)
        assert np.allclose(one, other, rtol=1e-2, atol=1e-2 * np.abs(one).max()) == alike
