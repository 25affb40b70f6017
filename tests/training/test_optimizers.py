"""Our optimizers against the papers' formulas written out in NumPy."""

import keras
import numpy as np
import pytest

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
    optimizer.set_up(variables, {id(variables[0]): 4}, decay_all)
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
