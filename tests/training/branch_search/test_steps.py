"""The two updates of a search, against the same updates written out; what each must leave alone; skipped tasks."""

import numpy as np
import pytest
import tensorflow as tf
from tiny_runs import FEW_LAYERS, tiny_search
from training.branch_search.built import TEMPERATURE, Built, build, values_of, weights_of

from bmt_tf.layers import random_states
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.supergraph import expected_cost, gumbel_softmax
from bmt_tf.tasks import empty_label
from bmt_tf.training.branch_search.data import derived_seed
from bmt_tf.training.branch_search.schedule import Update
from bmt_tf.training.optimizers import MomentumSGD


@pytest.fixture(scope="module")
def once_built(tmp_path_factory):
    return Built(tiny_search(tmp_path_factory.mktemp("steps"), trade_off=300.0, weight_decay=0.01))


@pytest.fixture
def built(once_built):
    once_built.restart()
    return once_built


def _without(batch, tasks, *names):
    empty = {task.name: tf.constant(np.stack([empty_label(task, 32, 32)] * 2)) for task in tasks if task.name in names}
    return batch | {"labels": {**batch["labels"], **empty}}


def _same(before, variables):
    return [np.array_equal(old, variable.numpy()) for old, variable in zip(before, variables, strict=True)]


def test_alpha_update_leaves_all_weights_and_statistics_and_their_momenta(built):
    graph = built.steps.supergraph
    others = [v for v in graph.variables if v is not graph.alpha] + list(built.steps._theta_optimizer.variables)
    before, alpha = values_of(others), graph.alpha.numpy()
    report = built.alpha(built.batch, 0)
    assert all(_same(before, others))
    assert not np.any(graph.alpha.numpy() == alpha)
    assert all(report["finite"].values()) and all(report["labelled"].values())


def test_theta_update_moves_every_weight_and_statistic_but_not_alpha(built):
    graph = built.steps.supergraph
    others = [graph.alpha, *built.steps._alpha_optimizer.variables]
    moving = [*weights_of(built.steps), *graph.moving_statistics]
    before, kept = values_of(moving), values_of(others)
    built.theta(built.batch, 0)
    assert all(_same(kept, others)) and not any(_same(before, moving))


def test_theta_update_is_one_step_of_sgd_for_each_task_in_turn(built):
    steps, graph = built.steps, built.steps.supergraph
    config, seed = steps.config, [derived_seed(steps.config.seed, "sample of theta"), 4]
    built.theta(built.batch, 4)
    ours = values_of(weights_of(steps))
    built.restart()
    rate = config.learning_rate * (1 - 4 / config.steps) ** 0.9
    routing = gumbel_softmax(graph.alpha.value, TEMPERATURE, tf.constant(seed, tf.int64))
    velocity = {}
    for place, task in enumerate(steps.tasks):
        label, variables = built.batch["labels"][task.name], graph.theta_variables(task.name)
        with tf.GradientTape() as tape:
            outputs = graph.forward(built.batch["image"], task.name, routing[:, place], mode="theta")
            loss = task.weight * task.loss(outputs, label, task.loss.counts(label))
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            decay = config.weight_decay * variable.numpy() if "kernel" in variable.name else 0.0
            velocity[id(variable)] = 0.9 * velocity.get(id(variable), 0.0) + gradient.numpy() + decay
            variable.assign(variable.numpy() - rate * velocity[id(variable)])
    for variable, mine in zip(weights_of(steps), ours, strict=True):
        np.testing.assert_allclose(mine, variable.numpy(), rtol=1e-3, atol=1e-5, err_msg=variable.path)


def test_alpha_update_adds_the_gradients_of_all_tasks_and_once_that_of_the_cost(built, monkeypatch):
    steps, graph = built.steps, built.steps.supergraph
    plain = MomentumSGD(1.0)
    plain.set_up([graph.alpha], {}, decay_all=True)
    monkeypatch.setattr(steps, "_alpha_optimizer", plain)
    before = graph.alpha.numpy()
    report = steps.alpha_function(built.strategy)(built.batch, tf.constant(2, tf.int64), TEMPERATURE)
    moved = before - graph.alpha.numpy()
    graph.alpha.assign(before)
    with tf.GradientTape() as tape:
        alpha = tf.convert_to_tensor(graph.alpha.value)
        tape.watch(alpha)
        cost = expected_cost(tf.nn.softmax(alpha), steps.table)
        total = tf.cast(300.0 * cost / 1e9, tf.float32)
        seed = tf.constant([derived_seed(steps.config.seed, "sample of alpha"), 2], tf.int64)
        routing = gumbel_softmax(alpha, TEMPERATURE, seed)
        for place, task in enumerate(steps.tasks):
            label = built.batch["labels"][task.name]
            outputs = graph.forward(built.batch["image"], task.name, routing[:, place], mode="alpha")
            total += task.weight * task.loss(outputs, label, task.loss.counts(label))
    np.testing.assert_allclose(moved, tape.gradient(total, alpha).numpy(), rtol=1e-3, atol=1e-5)
    assert float(report["expected_cost"]) == pytest.approx(float(cost))


def test_task_without_a_label_in_the_batch_moves_nothing(built):
    steps, graph = built.steps, built.steps.supergraph
    built.theta(built.batch, 0)  # momenta that could move something
    head = graph.heads["depth"].variables
    before = values_of(head)
    report = built.theta(_without(built.batch, steps.tasks, "depth"), 1)
    assert all(_same(before, head))
    assert not report["labelled"]["depth"] and report["labelled"]["semseg"] and float(report["losses"]["depth"]) == 0
    everything = [v for v in built.variables if v.name != "learning_rate"]
    before = values_of(everything)
    built.theta(_without(built.batch, steps.tasks, "depth", "semseg"), 2)
    assert all(_same(before, everything))


def test_alpha_of_a_task_without_a_label_feels_the_cost_alone(built):
    steps, graph = built.steps, built.steps.supergraph
    empty = _without(built.batch, steps.tasks, "depth", "semseg")
    report = built.alpha(empty, 0)
    assert not any(report["labelled"].values()) and all(report["finite"].values())
    costs = [float(built.alpha(empty, number)["expected_cost"]) for number in range(1, 4)]
    assert costs == sorted(costs, reverse=True) and costs[0] > costs[-1]
    assert graph.alpha.numpy().shape == (3, 2, 2)


def test_a_new_pass_begins_without_momentum_and_statistics(built):
    steps, graph = built.steps, built.steps.supergraph
    built.theta(built.batch, 0)
    built.alpha(built.batch, 0)
    weights, alpha = values_of(weights_of(steps)), graph.alpha.numpy()
    steps.begin(Update("theta", 4, True, 4))
    assert not any(np.any(slot.numpy()) for slot in steps._theta_optimizer.slots())
    for variable in graph.moving_statistics:
        assert np.all(variable.numpy() == (0 if variable.name == "moving_mean" or "mean" in variable.name else 1))
    assert any(np.any(slot.numpy()) for slot in steps._alpha_optimizer.slots())
    steps.begin(Update("alpha", 2, True, 4))
    assert not any(np.any(slot.numpy()) for slot in steps._alpha_optimizer.slots())
    assert all(_same(weights, weights_of(steps))) and np.array_equal(alpha, graph.alpha.numpy())


def test_checkpoint_holds_all_that_moves(built, tmp_path):
    built.theta(built.batch, 0)
    built.alpha(built.batch, 0)
    checkpoint, before = tf.train.Checkpoint(**built.steps.tracked()), values_of(built.variables)
    path = checkpoint.write(str(tmp_path / "ckpt"))
    built.restart()
    assert not all(_same(before, built.variables))
    checkpoint.read(path).assert_existing_objects_matched()
    assert all(_same(before, built.variables))


@pytest.mark.traced
def test_each_update_is_traced_once(tmp_path):
    built = Built(tiny_search(tmp_path, tasks=FEW_LAYERS, folded=2))
    for number in range(2):
        built.theta(built.batch, number, np.float32(1 + number))
        built.alpha(built.batch, number, np.float32(1 + number))
    assert built.theta_function.traced.experimental_get_tracing_count() == 1
    assert built.alpha_function.traced.experimental_get_tracing_count() == 1


def test_hard_theta_updates_the_sampled_candidates_alone(tmp_path):
    config = tiny_search(tmp_path, hard_theta=True, sample="straight_through", weight_decay=0.0)
    built = Built(config)
    graph = built.steps.supergraph
    seed = tf.constant([derived_seed(config.seed, "sample of theta"), 0], tf.int64)
    taken = tf.argmax(gumbel_softmax(graph.alpha.value, TEMPERATURE, seed), -1).numpy()
    stacked = [
        (variable, row)
        for block, row in zip(graph.blocks, taken, strict=True)
        for variable in block.trainable_variables
    ]
    before = values_of(variable for variable, _ in stacked)
    built.theta(built.batch, 0)
    for (variable, row), old in zip(stacked, before, strict=True):
        moved = {candidate for candidate in range(2) if np.any(variable.numpy()[candidate] != old[candidate])}
        assert moved == set(row.tolist()), variable.path
    alpha = graph.alpha.numpy()
    report = built.alpha(built.batch, 0)
    assert not np.any(graph.alpha.numpy() == alpha) and all(report["finite"].values())


def test_two_replicas_draw_the_same_routing_and_update_as_one(tmp_path, two_replicas):
    config = tiny_search(tmp_path, trade_off=300.0, weight_decay=0.01, folded=2, tasks=FEW_LAYERS)
    one = Built(config)
    steps, _ = build(config, two_replicas)
    for theirs, ours in zip(steps.supergraph.variables, one.steps.supergraph.variables, strict=True):
        theirs.assign(ours.numpy())
    halves = two_replicas.experimental_distribute_values_from_function(
        lambda context: tf.nest.map_structure(lambda value: value[context.replica_id_in_sync_group :][:1], one.batch)
    )
    for make, update in ((steps.alpha_function, one.alpha), (steps.theta_function, one.theta)):
        expected = update(one.batch, 1)
        report = make(two_replicas)(halves, tf.constant(1, tf.int64), tf.constant(TEMPERATURE))
        for name, loss in expected["losses"].items():
            assert float(report["losses"][name]) == pytest.approx(float(loss), rel=1e-3)
    for theirs, ours in zip(steps.supergraph.variables, one.steps.supergraph.variables, strict=True):
        np.testing.assert_allclose(theirs.numpy(), ours.numpy(), rtol=1e-2, atol=1e-3, err_msg=ours.path)


def test_dropout_has_a_fresh_mask_at_every_update_of_either_phase(tmp_path):
    config = tiny_search(tmp_path, encoder="dropping", folded=2)
    built = Built(config)
    graph, outputs = built.steps.supergraph, []
    draws = [*random_states(graph), *(v for v in graph.weights if v.name.endswith("seed_generator_state"))]
    assert len(draws) == 3  # of the stem, and two of the block, stacked
    for mode in ("alpha", "alpha", "theta"):
        before = values_of(draws)
        routing = tf.ones([1, 2]) / 2
        outputs.append(graph.forward(built.batch["image"], "depth", routing, mode=mode).numpy())
        assert not any(_same(before, draws))
    assert np.any(outputs[0] != outputs[1])
    before = values_of(draws)
    graph.forward(built.batch["image"], "depth", tf.ones([1, 2]) / 2, mode="inference")
    assert all(_same(before, draws))
    losses = []
    for _ in range(2):
        built.steps.supergraph.alpha.assign(tf.zeros_like(built.steps.supergraph.alpha))
        losses.append(float(built.alpha(built.batch, 0)["losses"]["depth"]))
    assert losses[0] != losses[1]
    before = values_of(draws)
    checkpoints = Checkpoints(str(tmp_path / "checkpoints"), **built.steps.tracked())
    checkpoints.save(1)
    built.alpha(built.batch, 0)
    checkpoints.restore()
    assert all(_same(before, draws))
