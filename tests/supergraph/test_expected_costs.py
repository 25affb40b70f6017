"""The expected cost is exact: equal to enumeration of all routings, with its gradient; beyond 16 tasks unbiased."""

import functools
import itertools

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping, all_partitions, canonical, refines
from bmt_tf.supergraph import expected_branches, expected_cost, expected_costs, is_exact

pytestmark = pytest.mark.traced

EXACT = {
    (3, 3, 3): [2.2527077189, 2.7719634385, 2.9416215588],
    (4, 4, 4): [2.7979446675, 3.6886380542, 3.9239215104, 3.9803705093],
    (6, 5, 5): [3.4188012388, 4.6553550075, 4.9306698696, 4.9841694141, 4.9964020871, 4.9991364900],
    (4, 5, 3): [2.6948523986, 4.1050211582, 4.6837400847, 4.8769242607],
}
PUBLISHED = {
    (3, 3, 3): [2.2527077189, 2.8112797327, 2.9629168110],
    (4, 4, 4): [2.7979446675, 3.8289467490, 3.9801067201, 3.9976561826],
    (6, 5, 5): [3.4188012388, 4.8857238593, 4.9936829093, 4.9997095949, 4.9999838651, 4.9999990827],
}


def softmax(logits):
    shares = np.exp(logits - logits.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


def reference_probs(shape):
    return softmax(np.fromfunction(lambda block, t, j: np.sin(1 + block + 2 * t + 3 * j), shape))


def random_probs(shape, seed=0, scale=1.0):
    return softmax(np.random.default_rng(seed).normal(0, scale, shape))


def names(number, letter="t"):
    return tuple(f"{letter}{i}" for i in range(number))


def table_for(blocks, tasks):
    costs = {name: 10 + 7 * i for i, name in enumerate(names(blocks, "b"))}
    return CostTable("parameters", 5, costs, {name: 3 + i for i, name in enumerate(names(tasks))})


def enumerated(probs, value):
    """The expectation of value(grouping) over all J^(L T) routings."""
    blocks, tasks, candidates = probs.shape
    total = 0.0
    for flat in itertools.product(range(candidates), repeat=blocks * tasks):
        routing = np.reshape(flat, (blocks, tasks))
        weight = np.prod(np.take_along_axis(probs, routing[..., None], axis=2))
        total += weight * value(Grouping.from_routing(names(tasks), names(blocks, "b"), routing))
    return total


@functools.cache
def grouped(tasks, candidates):
    """The partition that each routing of one block gives, in the order of `itertools.product`."""
    routings = itertools.product(range(candidates), repeat=tasks)
    parts = ([[n for n, j in zip(names(tasks), one, strict=True) if j == k] for k in set(one)] for one in routings)
    return [canonical(one, names(tasks)) for one in parts]


@functools.cache
def coarser(tasks):
    """The partitions that are as coarse as each partition, or coarser."""
    every = list(all_partitions(names(tasks)))
    return {one: [other for other in every if refines(one, other)] for one in every}


def published_recursion(probs):
    """The expected branches of BMTAS, sec. 3.3, eq. 6: block l is grouped as k where block l's own sample says k and
    block l - 1 is grouped as k or coarser; what is missing to 1 is booked as all separate."""
    tasks = probs.shape[1]
    separate = canonical([[name] for name in names(tasks)], names(tasks))
    result, before = [], None
    for block in probs:
        own = dict.fromkeys(coarser(tasks), 0.0)
        for partition, share in zip(
            grouped(tasks, probs.shape[2]), functools.reduce(np.multiply.outer, block).flat, strict=True
        ):
            own[partition] += share
        if before is not None:
            own = {k: p * sum(before[m] for m in coarser(tasks)[k]) for k, p in own.items()}
            own[separate] = 1 - sum(p for k, p in own.items() if k != separate)
        result.append(sum(len(k) * p for k, p in own.items()))
        before = own
    return np.array(result)


def value_and_gradient(function, probs):
    probs = tf.convert_to_tensor(probs)
    with tf.GradientTape() as tape:
        tape.watch(probs)
        value = function(probs)
    return value, tape.gradient(value, probs)


@pytest.mark.parametrize("shape", EXACT)
def test_reference_values(shape):
    result = expected_branches(reference_probs(shape))
    assert result.dtype == tf.float64
    np.testing.assert_allclose(result, EXACT[shape], atol=1e-9)


@pytest.mark.parametrize("shape", [(1, 1, 2), (2, 3, 2), (3, 2, 3), (2, 2, 1), (3, 3, 2), (1, 4, 4)])
def test_equals_enumeration_of_all_routings(shape):
    probs, table = random_probs(shape, seed=sum(shape)), table_for(*shape[:2])
    np.testing.assert_allclose(expected_cost(probs, table), enumerated(probs, table.cost), rtol=1e-12)
    for block in range(shape[0]):
        branches = enumerated(probs, lambda grouping, block=block: grouping.branches[block])
        np.testing.assert_allclose(expected_branches(probs)[block], branches, rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 7), st.integers(1, 4), st.integers(0, 99))
def test_certain_routing_costs_its_tree(blocks, tasks, candidates, seed):
    routing = np.random.default_rng(seed).integers(candidates, size=(blocks, tasks))
    table = table_for(blocks, tasks)
    cost = expected_cost(np.eye(candidates, dtype=np.float32)[routing], table)
    tree = Grouping.from_routing(names(tasks), names(blocks, "b"), routing)
    np.testing.assert_allclose(cost, table.cost(tree), rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 5), st.integers(1, 8), st.integers(1, 5), st.integers(0, 99))
def test_branches_grow_with_depth_and_keep_their_bounds(blocks, tasks, candidates, seed):
    probs = random_probs((blocks, tasks, candidates), seed, scale=3)
    branches = expected_branches(probs).numpy()
    assert (np.diff(np.concatenate([[1.0], branches, [tasks]])) > -1e-9).all()
    order = np.random.default_rng(seed).permutation(tasks)
    np.testing.assert_allclose(expected_branches(probs[:, order]), branches, rtol=1e-10)


def test_expected_cost_approaches_the_likeliest_trees_as_probs_sharpen():
    logits, table = np.random.default_rng(0).normal(size=(4, 5, 3)), table_for(4, 5)
    tree = Grouping.from_routing(names(5), names(4, "b"), logits.argmax(-1))
    gaps = [abs(float(expected_cost(softmax(s * logits), table)) - table.cost(tree)) for s in (1, 10, 100, 1000)]
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] < 1e-6


@pytest.mark.parametrize("sharp", [False, True])
def test_gradient_equals_finite_differences(sharp):
    shape = (3, 4, 3)
    # At exact zeros a gradient by division would be wrong.
    probs = np.eye(3)[np.random.default_rng(1).integers(3, size=shape[:2])] if sharp else random_probs(shape)
    table, step = table_for(*shape[:2]), 1e-5
    gradient = value_and_gradient(lambda p: expected_cost(p, table), probs)[1].numpy()
    for index in itertools.product(*map(range, shape)):
        moved = np.zeros(shape)
        moved[index] = step
        change = expected_cost(probs + moved, table) - expected_cost(probs - moved, table)
        np.testing.assert_allclose(gradient[index], change / (2 * step), atol=1e-5)


def test_published_recursion_is_right_for_two_tasks_only():
    for seed in range(5):
        probs = random_probs((5, 2, 3), seed)
        np.testing.assert_allclose(published_recursion(probs), expected_branches(probs), rtol=1e-12)
    for shape, values in PUBLISHED.items():
        probs = reference_probs(shape)
        published, exact = published_recursion(probs), expected_branches(probs).numpy()
        np.testing.assert_allclose(published, values, atol=1e-9)
        np.testing.assert_allclose(published[0], exact[0], rtol=1e-12)
        assert (published[1:] > exact[1:]).all()


def test_published_recursion_misses_most_where_tasks_lean_to_sharing():
    # 18 blocks, 5 tasks, 5 candidates; every task favours the first candidate by 4: 3.19 branches, published 4.31.
    probs = softmax(np.tile([4.0, 0, 0, 0, 0], (18, 5, 1)))
    np.testing.assert_allclose(expected_branches(probs).numpy().mean(), 3.1879, atol=5e-5)
    np.testing.assert_allclose(published_recursion(probs).mean(), 4.3074, atol=5e-5)


def test_sixteen_tasks_are_exact_and_repeatable_without_a_seed():
    probs = random_probs((6, 16, 4), scale=2)
    assert is_exact(16) and not is_exact(17)
    # All tasks alike: the expected number of different candidates has a closed form.
    alike = np.repeat(probs[:, :1], 16, axis=1)
    np.testing.assert_allclose(expected_branches(alike)[0], (1 - (1 - alike[0, 0]) ** 16).sum(), rtol=1e-10)
    np.testing.assert_array_equal(expected_branches(probs), expected_branches(probs))


def test_traced_once_for_all_values_and_seeds():
    @tf.function
    def step(probs, seed):
        return value_and_gradient(lambda p: tf.reduce_sum(expected_branches(p, seed)), probs)

    for tasks in (5, 20):
        for seed in range(2):
            value, gradient = step(tf.constant(random_probs((3, tasks, 4), seed), tf.float32), tf.constant([seed, 0]))
            assert np.isfinite(value) and np.isfinite(gradient).all() and gradient.dtype == tf.float32
    assert step.experimental_get_tracing_count() == 2


def sampled(probs, draws, number, control=True):
    """Values `[number, L]` and gradients of the sum over blocks `[number, L, T, J]` of that many estimates."""

    @tf.function
    def estimate(seed):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = expected_costs._sampled_branches(tf.nn.softmax(logits), seed, draws, control)
            total = tf.reduce_sum(value)
        return value, tape.gradient(total, logits)

    logits = tf.constant(np.log(probs))
    results = [estimate(tf.constant([9, seed])) for seed in range(number)]
    return [np.stack(parts) for parts in zip(*results, strict=True)]


@pytest.mark.parametrize("scale", [0.3, 3.0])
def test_sampled_form_is_unbiased_in_value_and_gradient(scale):
    probs = random_probs((4, 6, 3), seed=2, scale=scale)
    values, gradients = sampled(probs, draws=16, number=250)
    logits = tf.constant(np.log(probs))
    exact = value_and_gradient(lambda x: tf.reduce_sum(expected_branches(tf.nn.softmax(x))), logits)[1].numpy()
    for found, wanted in ((values, expected_branches(probs).numpy()), (gradients, exact)):
        error = np.sqrt(found.var(axis=0, ddof=1) / len(found))
        deviations = (found.mean(axis=0) - wanted) / np.maximum(error, 1e-9)
        assert np.abs(deviations).max() < 4.5 and np.sqrt((deviations**2).mean()) < 1.6


@pytest.mark.parametrize("favourite", [0.0, 4.0])
def test_control_term_cuts_the_gradients_variance(favourite):
    logits = np.random.default_rng(0).normal(0, 0.1, (6, 8, 4))
    logits[..., 0] += favourite
    exact = value_and_gradient(
        lambda x: tf.reduce_sum(expected_branches(tf.nn.softmax(x))), tf.constant(logits)
    )[1].numpy()  # fmt: skip
    errors = {}
    for control in (True, False):
        values, gradients = sampled(softmax(logits), draws=1, number=200, control=control)
        errors[control] = np.sqrt(((gradients - exact) ** 2).sum(axis=(1, 2, 3)).mean()) / np.linalg.norm(exact)
        # The control term does not change the value.
        np.testing.assert_allclose(values.mean(0), expected_branches(softmax(logits)), rtol=0.05)
    assert errors[True] < errors[False] / 2.5


def test_forty_tasks_of_near_certain_or_near_uniform_routing_are_finite_and_near():
    for logits in (np.zeros((15, 40, 4)), np.tile([200.0, 0, 0, 0], (15, 40, 1))):
        value, gradient = value_and_gradient(lambda p: expected_branches(p, (1, 2))[-1], softmax(logits))
        assert np.isfinite(gradient).all()
        np.testing.assert_allclose(value, 40 if logits[0, 0, 0] == 0 else 1, rtol=1e-4)


def test_tiny_path_probabilities_keep_their_digits():
    # 40 tasks, 40 candidates, 18 blocks: a path has probability 1e-29, far below float64's step at 1.
    value = expected_branches(np.full((18, 40, 40), 1 / 40), (0, 0))
    np.testing.assert_allclose(value[-1], 40, rtol=1e-9)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"`seed` must be given beyond 16.*17 tasks"):
        expected_branches(random_probs((2, 17, 3)))
    with pytest.raises(ValueError, match=r"shape=\(2, 3\)"):
        expected_branches(random_probs((2, 3)))
    for shape in ((3, 4, 2), (4, 3, 2)):
        with pytest.raises(ValueError, match="3 blocks and 3 tasks"):
            expected_cost(random_probs(shape), table_for(3, 3))
