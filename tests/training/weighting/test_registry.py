"""Every way that a setting may name is made, and goes on from a checkpoint as if it had never stopped."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.runs.weightings import CONSTANT, TOGETHER, WEIGHTINGS, WeightingChoice
from bmt_tf.tasks import get_task
from bmt_tf.training.weighting.registry import make_weighting
from bmt_tf.training.weighting.weighting import Seen

TASKS = (get_task("semseg", channels=3), get_task("depth"), get_task("normals"))


def _make(name):
    return make_weighting(WeightingChoice.parse(name), TASKS, epoch=2)


def _seen(number):
    random = np.random.default_rng(number)
    labelled = np.array([True, number % 2 == 0, True])
    vectors = random.normal(size=(3, 5)) * labelled[:, None]
    losses = random.random(3) * labelled
    return Seen(tf.constant(losses, tf.float32), tf.constant(labelled), tf.constant(vectors @ vectors.T))


@pytest.mark.parametrize("name", WEIGHTINGS)
def test_it_goes_on_from_a_checkpoint_to_the_bit(name, tmp_path):
    unbroken, begun, resumed = _make(name), _make(name), _make(name)
    for number in range(9):
        unbroken.learn(_seen(number))
        if number < 5:
            begun.learn(_seen(number))
    path = tf.train.Checkpoint(**begun.tracked()).write(str(tmp_path / "state"))
    if resumed.tracked():
        tf.train.Checkpoint(**resumed.tracked()).read(path).assert_consumed()
    for number in range(5, 9):
        resumed.learn(_seen(number))
    weights = unbroken.weights(_seen(9)).numpy()
    assert weights.shape == (3,) and weights.dtype == np.float32
    np.testing.assert_array_equal(resumed.weights(_seen(9)), weights)
    assert unbroken.on_features == (name in TOGETHER)
    assert name not in CONSTANT or not unbroken.tracked()


def test_fixed_weights_are_the_tasks_and_uniform_ones_are_alike():
    np.testing.assert_array_equal(_make("fixed").weights(), [task.weight for task in TASKS])
    np.testing.assert_array_equal(_make("uniform").weights(), [1, 1, 1])


def test_options_reach_the_way():
    seen = _seen(0)
    assert not _make("mgda_ub:scale_heads=false").scales_own
    assert not np.allclose(_make("mgda_ub:normaliser=none").weights(seen), _make("mgda_ub").weights(seen))
