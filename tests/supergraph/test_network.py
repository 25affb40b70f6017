"""The supergraph against branched networks, over modes, replicas, and its own two ways of routing."""

import types

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched, get_encoder
from bmt_tf.supergraph import Supergraph, warm_up_grouping

ROUTING = np.array([[0, 0, 2], [1, 1, 0], [2, 0, 2]])  # Tasks 0 and 1 part at the last block, task 2 at the first.


@pytest.fixture(scope="module")
def graph(own_encoder, tasks, randomise):
    return randomise(Supergraph(own_encoder, tasks))


def one_hot(routing, task):
    return tf.one_hot(routing[:, task], 3)


@pytest.fixture(scope="module")
def expected(graph, image):
    """What the branched network of the routing gives, by mode; the last of them moves its moments."""
    branched = graph.to_branched(ROUTING)
    return {mode: branched(image, training=mode == "theta") for mode in ("inference", "theta")}


@pytest.mark.parametrize("mode", ["theta", "inference"])
@pytest.mark.parametrize("hard", [False, True])
def test_one_hot_routing_equals_the_branched_network(graph, expected, image, mode, hard):
    before = graph.get_weights()
    for place, task in enumerate(graph.task_names):
        routing = tf.constant(ROUTING[:, place], tf.int32) if hard else one_hot(ROUTING, place)
        result = graph.forward(image, task, routing, mode=mode)
        graph.set_weights(before)
        assert result.dtype == tf.float32
        np.testing.assert_allclose(result, expected[mode][task], rtol=1e-3, atol=1e-3)


def test_modes_update_moments_as_they_say(graph, image):
    routing, before = tf.ones([3, 3]) / 3, graph.get_weights()
    outputs = {}
    for mode in ("inference", "alpha", "theta"):
        for old, new in zip(before, graph.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)
        outputs[mode] = graph.forward(image, "depth", routing, mode=mode)
    np.testing.assert_allclose(outputs["alpha"], outputs["theta"], rtol=1e-5, atol=1e-5)
    assert not np.allclose(outputs["inference"], outputs["theta"], atol=1e-3)
    changed = [v for old, v in zip(before, graph.weights, strict=True) if not np.array_equal(old, v)]
    expected = graph.moving_statistics + graph.heads["depth"].non_trainable_variables
    assert {id(v) for v in changed} == {id(v) for v in expected}
    graph.set_weights(before)


def test_reset_sets_moments_of_the_encoder_alone(graph):
    before = graph.get_weights()
    graph.reset_moving_statistics()
    for variable in graph.moving_statistics:
        np.testing.assert_array_equal(variable, 1.0 * variable.name.endswith("variance"))
    for head in graph.heads.values():
        assert all((v.numpy() != 0).all() and (v.numpy() != 1).all() for v in head.non_trainable_variables)
    graph.set_weights(before)


def test_theta_variables_are_those_with_a_gradient(graph, image):
    before = graph.get_weights()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(graph.forward(image, "depth", tf.ones([3, 3]) / 3, mode="theta") ** 2)
    variables = [v for v in graph.trainable_variables if v is not graph.alpha]
    reached = [
        v for v, g in zip(variables, tape.gradient(loss, [v.value for v in variables]), strict=True) if g is not None
    ]
    assert {id(v) for v in reached} == {id(v) for v in graph.theta_variables("depth")}
    assert len(variables) > len(reached)
    graph.set_weights(before)


def test_alpha_has_the_routing_gradient_of_theta_and_none_of_the_encoder(graph, image):
    before, gradients = graph.get_weights(), {}
    for mode in ("theta", "alpha"):
        routing = tf.nn.softmax(tf.constant(np.random.default_rng(2).normal(size=(3, 3)), tf.float32))
        with tf.GradientTape() as tape:
            tape.watch(routing)
            loss = tf.reduce_sum(graph.forward(image, "normals", routing, mode=mode) ** 3)
        encoder = [v.value for part in (graph.stem, *graph.blocks) for v in part.trainable_variables]
        gradients[mode], *to_weights = tape.gradient(loss, [routing, *encoder])
        assert all((gradient is None) == (mode == "alpha") for gradient in to_weights)
        graph.set_weights(before)
    assert np.abs(gradients["alpha"]).max(axis=1).min() > 0
    np.testing.assert_allclose(gradients["alpha"], gradients["theta"], rtol=1e-3, atol=1e-3)


def test_there_are_as_many_candidates_as_tasks_unless_it_is_said(graph):
    assert graph.candidates == 3 and graph.alpha.shape == (3, 3, 3)


@pytest.mark.parametrize("candidates", [2, 5])
def test_warm_up_starts_candidates_and_heads(own_encoder, tasks, randomise, image, candidates):
    graph = Supergraph(own_encoder, tasks, candidates)
    names = graph.task_names
    assert graph.alpha.shape == (3, 3, candidates) and not graph.alpha.numpy().any()
    grouping = warm_up_grouping(names, own_encoder.block_names, candidates, own_encoder.name)
    branched = randomise(build_branched(own_encoder, tasks, grouping, plain_last_norm=True), seed=4)
    graph.load_branched(branched, grouping)
    expected = branched(image)
    for place, task in enumerate(names):
        choice = tf.fill([3], place % graph.candidates)
        result = graph.forward(image, task, choice, mode="inference")
        np.testing.assert_allclose(result, expected[task], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "make",
    [
        # With a low level at the end of the stem, in a block, and inside the stem; blocks of every kind are compared
        # with their copies in the tests of `StackedBlock`.
        lambda: get_encoder("mobilenet_v2_0.1", aspp_channels=8, head_channels=8).merged().folded(2),
        lambda: get_encoder("resnet18", width=1 / 16, aspp_channels=8, head_channels=8).merged(),
        lambda: get_encoder("resnet18", width=1 / 16, aspp=False, head_channels=8).folded(5),
    ],
)
def test_encoders_of_the_package_equal_their_branched_networks(make, tasks, randomise, image):
    encoder = make()
    graph = randomise(Supergraph(encoder, tasks[:2], 2))
    routing = np.array([[1, 1]] + [[0, 1]] * (len(encoder.blocks) - 1))
    branched = graph.to_branched(routing)(image)
    for place, task in enumerate(graph.task_names):
        result = graph.forward(image, task, tf.constant(routing[:, place], tf.int32), mode="inference")
        np.testing.assert_allclose(result, branched[task], rtol=1e-3, atol=1e-3)


def theta_step(strategy, encoder, tasks, image, weights):
    """Returns the gradients of a sum over all pixels, over all replicas, and the moments after it."""
    with strategy.scope():
        graph = Supergraph(encoder, tasks, 2)
        graph.set_weights(weights)
    shards = np.split(image, strategy.num_replicas_in_sync)
    values = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(shards[context.replica_id_in_sync_group])
    )
    variables = graph.theta_variables("depth")

    @tf.function
    def step(values):
        def replica(shard):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(graph.forward(shard, "depth", tf.ones([3, 2]) / 2, mode="theta") ** 2) / 1000
            gradients = tape.gradient(loss, [v.value for v in variables])
            return tf.distribute.get_replica_context().all_reduce("SUM", gradients)

        return strategy.run(replica, (values,))

    gradients = [strategy.experimental_local_results(value)[0] for value in step(values)]
    return [*gradients, *(v.numpy() for v in graph.moving_statistics)]


@pytest.mark.traced
def test_two_replicas_equal_one(own_encoder, tasks, randomise, image, two_replicas):
    weights = randomise(Supergraph(own_encoder, tasks, 2)).get_weights()
    one = theta_step(tf.distribute.get_strategy(), own_encoder, tasks, image, weights)
    two = theta_step(two_replicas, own_encoder, tasks, image, weights)
    for single, shared in zip(one, two, strict=True):
        scale = max(1.0, float(np.abs(single).max()))
        np.testing.assert_allclose(shared, single, rtol=1e-3, atol=1e-3 * scale)


def test_checkpoint_holds_everything(graph, own_encoder, tasks, tmp_path):
    path = tf.train.Checkpoint(graph=graph).save(str(tmp_path / "graph"))
    copy = Supergraph(own_encoder, tasks)
    tf.train.Checkpoint(graph=copy).restore(path).assert_consumed()
    for one, other in zip(copy.get_weights(), graph.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_bad_arguments_are_refused(graph, own_encoder, tasks, image):
    with pytest.raises(ValueError, match=r"`candidates` must be at least 1. Received: candidates=0"):
        Supergraph(own_encoder, tasks, 0)
    with pytest.raises(ValueError, match=r"`encoder` must have at least one block. Received: empty"):
        Supergraph(types.SimpleNamespace(name="empty", blocks=()), tasks)
    with pytest.raises(ValueError, match="`tasks` must be one or more different"):
        Supergraph(own_encoder, [tasks[0], tasks[0]])
    with pytest.raises(ValueError, match=r"`task_name` must be one of .* Received: task_name='edge'"):
        graph.forward(image, "edge", tf.zeros([3], tf.int32), mode="theta")
    with pytest.raises(ValueError, match="`mode` must be one of"):
        graph.forward(image, "depth", tf.zeros([3], tf.int32), mode="training")
    for wrong in (tf.zeros([2], tf.int32), tf.zeros([3]), tf.zeros([3, 2])):
        with pytest.raises(ValueError, match="`routing` must be floats"):
            graph.forward(image, "depth", wrong, mode="theta")
    shared = Grouping.shared(graph.task_names, own_encoder.block_names)
    with pytest.raises(ValueError, match="`grouping` must be warm_up_grouping"):
        graph.load_branched(None, shared)
