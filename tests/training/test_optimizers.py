"""Our optimizers against the papers' formulas written out in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.training.optimizers import make_optimizer

RATES = (0.1, 0.1, 0.02, 0.02, 0.02)
DECAY = 0.01


def _variables():
    return [keras.Variable([1.0, -2.0], name="kernel"), keras.Variable([0.5], name="bias")]


def _gradients(step):
    return [np.array([0.3 * step, -0.1], np.float32), np.array([0.2 - 0.1 * step], np.float32)]


def _run(optimizer, variables):
    for step, rate in enumerate(RATES):
        optimizer.learning_rate.assign(rate)
        optimizer.apply_gradients(zip(map(keras.ops.convert_to_tensor, _gradients(step)), variables, strict=True))
    return [np.array(variable) for variable in variables]


def _sgd(start, index, decay, share):
    weight, velocity = np.array(start, np.float64), 0.0
    for step, rate in enumerate(RATES):
        velocity = 0.9 * velocity + _gradients(step)[index] + decay * weight
        weight = weight - rate / share * velocity
    return weight


def _adam(start, index, decay, share):
    weight, first, second = np.array(start, np.float64), 0.0, 0.0
    for step, rate in enumerate(RATES):
        gradient = _gradients(step)[index] + decay * weight
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        corrected = np.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1))
        weight = weight - rate / share * corrected * first / (np.sqrt(second) + 1e-8)
    return weight


@pytest.mark.parametrize(("name", "reference"), [("sgd", _sgd), ("adam", _adam)])
@pytest.mark.parametrize("decay_all", [False, True])
def test_updates_equal_the_formula(name, reference, decay_all):
    variables = _variables()
    optimizer = make_optimizer(name, 0.1, DECAY)
    optimizer.set_up(variables, {id(variables[0]): 1 / 4}, decay_all)
    kernel, bias = _run(optimizer, variables)
    np.testing.assert_allclose(kernel, reference([1.0, -2.0], 0, DECAY, 4), rtol=1e-5)
    np.testing.assert_allclose(bias, reference([0.5], 1, DECAY if decay_all else 0.0, 1), rtol=1e-5)


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_reset_makes_the_next_updates_those_of_a_fresh_optimizer(name):
    used, fresh = _variables(), _variables()
    optimizer = make_optimizer(name, 0.1, DECAY)
    optimizer.set_up(used, {}, False)
    _run(optimizer, used)
    optimizer.reset_slots()
    for variable, start in zip(used, _variables(), strict=True):
        variable.assign(start)
    other = make_optimizer(name, 0.1, DECAY)
    other.set_up(fresh, {}, False)
    for ours, theirs in zip(_run(optimizer, used), _run(other, fresh), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def _in_turn(orders, resets=()):
    """Returns how far each variable moves at each of its updates by Adam, in rates, under constant gradients.

    `orders` are the names of the variables that each call updates; before the calls in `resets` all begins anew.
    """
    gradients = {"shared": [3.0, -0.02], "first": [0.5], "second": [-40.0]}
    variables = {name: keras.Variable(np.zeros(len(values), np.float32)) for name, values in gradients.items()}
    optimizer = make_optimizer("adam", 0.1, 0.0)
    optimizer.set_up(list(variables.values()), {}, False)
    moved = []

    @tf.function(reduce_retracing=True)
    def update(names):
        optimizer.apply_gradients([(tf.constant(gradients[name]), variables[name]) for name in names])

    for call, names in enumerate(orders):
        if call in resets:
            optimizer.reset_slots()
        before = {name: variable.numpy() for name, variable in variables.items()}
        update(names)
        for name, variable in variables.items():
            steps = np.abs(variable.numpy() - before[name]) / 0.1
            moved.append((name in names, steps))
    return moved


FIRST, SECOND = ("shared", "first"), ("shared", "second")


@pytest.mark.parametrize(
    "orders",
    [
        [FIRST, SECOND] * 6,
        [SECOND, FIRST] * 6,
        [FIRST] * 9 + [SECOND, SECOND, FIRST],
        [("first",), ("second",), ("shared", "second", "first")] * 4,
    ],
)
@pytest.mark.parametrize("resets", [(), (3,), (1, 2, 7)])
def test_whatever_the_order_of_tasks_adam_moves_a_variable_by_the_rate_at_each_of_its_updates(orders, resets):
    for updated, steps in _in_turn(orders, resets):
        np.testing.assert_allclose(steps, 1.0 if updated else 0.0, rtol=1e-3)


@given(
    st.lists(st.sampled_from([FIRST, SECOND, ("shared",), ("second", "first")]), min_size=1, max_size=20),
    st.sets(st.integers(0, 19), max_size=3),
)
@settings(max_examples=10)
def test_adam_moves_by_the_rate_in_any_order_with_any_resets(orders, resets):
    for updated, steps in _in_turn(orders, resets):
        np.testing.assert_allclose(steps, 1.0 if updated else 0.0, rtol=1e-3)


def test_adam_of_two_replicas_counts_each_update_once(two_replicas):
    with two_replicas.scope():
        shared, head = keras.Variable([0.0, 0.0]), keras.Variable([0.0])
        optimizer = make_optimizer("adam", 0.1, 0.0)
        optimizer.set_up([shared, head], {}, False)

    def of_shared():
        optimizer.apply_gradients([(tf.constant([1.5, -0.1]), shared)])

    def of_both():
        optimizer.apply_gradients([(tf.constant([1.5, -0.1]), shared), (tf.constant([0.2]), head)])

    @tf.function
    def update():
        two_replicas.run(of_shared)
        two_replicas.run(of_both)

    for _ in range(3):
        update()
    np.testing.assert_allclose(shared.numpy(), [-0.6, 0.6], rtol=1e-4)
    np.testing.assert_allclose(head.numpy(), [-0.3], rtol=1e-4)


def test_variable_without_a_gradient_is_not_counted():
    variables = _variables()
    optimizer = make_optimizer("adam", 0.1, 0.0)
    optimizer.set_up(variables, {}, False)
    for gradient in (None, [2.0]):
        bias = gradient if gradient is None else tf.constant(gradient)
        optimizer.apply_gradients([(tf.constant([1.0, 1.0]), variables[0]), (bias, variables[1])])
    np.testing.assert_allclose(variables[1].numpy(), [0.4], rtol=1e-5)
