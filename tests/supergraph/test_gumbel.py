"""Samples have the statistics of their distribution, and gradients of the relaxation."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.supergraph import gumbel_softmax

PROBS = np.array([0.1, 0.2, 0.3, 0.4], np.float32)


def samples(temperature, number=20_000, hard=False, dtype=np.float32, seed=(1, 2)):
    logits = np.tile(np.log(PROBS) + 7, (number, 1)).astype(dtype)
    return gumbel_softmax(logits, temperature, seed, hard).numpy()


@pytest.mark.parametrize("temperature", [1e-4, 0.1, 1.0, 5.0])
@pytest.mark.parametrize("hard", [False, True])
def test_largest_weight_has_the_categorical_frequencies(temperature, hard):
    frequencies = np.bincount(samples(temperature, hard=hard).argmax(-1), minlength=4) / 20_000
    np.testing.assert_allclose(frequencies, PROBS, atol=4 * np.sqrt(0.25 / 20_000))


def test_small_temperature_gives_one_hot_and_large_uniform():
    assert (samples(1e-3).max(-1) > 0.99).mean() > 0.98
    np.testing.assert_allclose(samples(1e3), 0.25, atol=0.01)
    np.testing.assert_allclose(samples(1e-30).sum(-1), 1, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_samples_are_distributions(dtype):
    result = samples(0.7, dtype=dtype)
    assert result.dtype == dtype and (result >= 0).all()
    np.testing.assert_allclose(result.sum(-1), 1, rtol=1e-5)


def test_one_sample_equals_softmax_of_perturbed_logits():
    logits = np.log(PROBS)
    uniform = tf.random.stateless_uniform([4], (1, 2), 1e-30, 1.0).numpy().astype(np.float64)
    scores = np.exp((logits - np.log(-np.log(uniform))) / 0.5)
    np.testing.assert_allclose(gumbel_softmax(logits, 0.5, (1, 2)), scores / scores.sum(), rtol=1e-5)


@pytest.mark.traced
def test_same_seed_same_noise_on_every_replica():
    cpus = tf.config.list_logical_devices("CPU")
    strategy = tf.distribute.MirroredStrategy([cpus[0].name]) if len(cpus) < 2 else tf.distribute.MirroredStrategy(cpus)
    logits = tf.zeros([3, 4])

    @tf.function
    def step(temperature, seed):
        return strategy.run(lambda: gumbel_softmax(logits, temperature, seed))

    first = strategy.experimental_local_results(step(tf.constant(1.0), tf.constant([3, 4])))
    for replica in first:
        np.testing.assert_array_equal(replica, gumbel_softmax(logits, 1.0, (3, 4)))
    other = strategy.experimental_local_results(step(tf.constant(1.0), tf.constant([3, 5])))[0]
    assert not np.allclose(first[0], other)
    assert step.experimental_get_tracing_count() == 1


def test_hard_samples_are_one_hot_with_the_soft_gradient():
    logits = tf.constant(np.log(PROBS)[None])
    weights = tf.constant([[1.0, -2.0, 3.0, 0.5]])
    gradients = []
    for hard in (False, True):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            sample = gumbel_softmax(logits, 0.8, (5, 6), hard)
            loss = tf.reduce_sum(sample * weights)
        gradients.append(tape.gradient(loss, logits))
        if hard:
            assert sorted(sample.numpy().ravel()) == [0, 0, 0, 1]
    np.testing.assert_array_equal(*gradients)
    assert np.abs(gradients[0]).max() > 0.01
