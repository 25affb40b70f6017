"""Our batch norm against Keras' own, and on two replicas against one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.layers import BatchNorm, normalise_batch


def images(shape=(4, 5, 6, 3), seed=0):
    return np.random.default_rng(seed).normal(3.0, 2.0, shape).astype("float32")


def build(kind, x, **settings):
    layer = kind(epsilon=1e-3, momentum=0.9, **settings)
    layer.build(x.shape)
    for seed, variable in enumerate(layer.variables):
        variable.assign(np.random.default_rng(seed).uniform(0.5, 1.5, variable.shape))
    return layer


def training_step(layer, x):
    """Returns output, gradients and, after it, all weights."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True)
        loss = tf.reduce_sum(tf.sin(y) * tf.reshape(tf.range(tf.size(y), dtype=y.dtype), y.shape))
    gradients = tape.gradient(loss, [x, *(variable.value for variable in layer.trainable_variables)])
    return [y, *gradients, *(variable.numpy() for variable in layer.variables)]


@pytest.mark.parametrize("shape", [(4, 5, 6, 3), (8, 3), (4, 7, 3)])
@pytest.mark.parametrize("scale, center", [(True, True), (False, False), (True, False)])
def test_training_equals_the_stock_layer(shape, scale, center):
    x = images(shape)
    ours = training_step(build(BatchNorm, x, scale=scale, center=center), x)
    stock = training_step(build(keras.layers.BatchNormalization, x, scale=scale, center=center), x)
    assert len(ours) == len(stock)
    for one, other in zip(ours, stock, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("shape", [(4, 5, 6, 3), (8, 3)])
def test_inference_equals_the_stock_layer(shape):
    x = images(shape)
    ours, stock = build(BatchNorm, x), build(keras.layers.BatchNormalization, x)
    np.testing.assert_allclose(ours(x), stock(x), rtol=1e-5, atol=1e-5)


def test_moving_variance_is_the_biased_one():
    x = images((1, 1, 2, 3))
    layer = BatchNorm(momentum=0.0)
    layer(x, training=True)
    np.testing.assert_allclose(layer.moving_variance, x.var(axis=(0, 1, 2)), rtol=1e-5)


def test_one_element_per_channel_has_variance_zero():
    _, mean, variance = normalise_batch(tf.ones([1, 1, 1, 3]) * 5, None, None, 1e-3)
    np.testing.assert_allclose(mean, [5, 5, 5])
    np.testing.assert_allclose(variance, [0, 0, 0])


def test_frozen_layer_uses_and_keeps_moving_moments():
    x = images()
    layer = build(BatchNorm, x)
    expected, before = layer(x), layer.get_weights()
    layer.trainable = False
    np.testing.assert_array_equal(layer(x, training=True), expected)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_float64_keeps_its_digits():
    x = tf.constant(images(), tf.float64) + 1e6
    outputs, *_ = normalise_batch(x, None, None, 1e-3)
    assert outputs.dtype == tf.float64
    np.testing.assert_allclose(outputs, (x - np.mean(x, (0, 1, 2))) / np.sqrt(np.var(x, (0, 1, 2)) + 1e-3), atol=1e-7)


def test_half_precision_keeps_statistics_in_float32():
    x = images()
    half, full = (build(BatchNorm, x, dtype=policy) for policy in ("mixed_bfloat16", "float32"))
    y = half(x, training=True)
    assert y.dtype == tf.bfloat16
    assert {variable.dtype for variable in half.variables} == {"float32"}
    np.testing.assert_allclose(tf.cast(y, tf.float32), full(x, training=True), atol=0.05)
    np.testing.assert_allclose(half.moving_variance, full.moving_variance, rtol=0.02)


def test_stateless_call_hands_out_the_new_moments():
    x = images()
    layer, twin = build(BatchNorm, x), build(BatchNorm, x)
    trainable = [variable.value for variable in layer.trainable_variables]
    moments = [variable.value for variable in layer.non_trainable_variables]
    outputs, new = layer.stateless_call(trainable, moments, x, training=True)
    np.testing.assert_array_equal(outputs, twin(x, training=True))
    for ours, before, value in zip(layer.non_trainable_variables, moments, new, strict=True):
        np.testing.assert_array_equal(ours, before)
        assert not np.allclose(value, before)


def global_step(layer, strategy, x):
    """Returns outputs, summed gradients and moving moments of one step over the batch, cut between the replicas."""
    count = strategy.num_replicas_in_sync
    shards = np.split(x, count)
    values = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(shards[context.replica_id_in_sync_group])
    )

    @tf.function
    def step(values):
        def replica(shard):
            with tf.GradientTape() as tape:
                tape.watch(shard)
                y = layer(shard, training=True)
                loss = tf.reduce_sum(tf.sin(y) * shard**2)
            weights = [variable.value for variable in layer.trainable_variables]
            to_shard, *to_weights = tape.gradient(loss, [shard, *weights])
            return y, to_shard, tf.distribute.get_replica_context().all_reduce("SUM", to_weights)

        return strategy.run(replica, args=(values,))

    y, to_x, to_weights = (strategy.experimental_local_results(value) for value in step(values))
    return [
        np.concatenate(y),
        np.concatenate(to_x),
        *to_weights[0],
        *(v.numpy() for v in layer.non_trainable_variables),
    ]


@pytest.mark.traced
def test_two_replicas_equal_one(two_replicas):
    x = images() + np.arange(4, dtype="float32").reshape(4, 1, 1, 1) * 10  # The replicas' means differ.
    results = []
    for strategy in (tf.distribute.get_strategy(), two_replicas):
        with strategy.scope():
            layer = build(BatchNorm, x)
        results.append(global_step(layer, strategy, x))
    for one, two in zip(*results, strict=True):
        np.testing.assert_allclose(one, two, rtol=2e-4, atol=2e-4)


def test_config_makes_the_same_layer():
    layer = BatchNorm(epsilon=2e-3, momentum=0.8, center=False, scale=False, name="norm")
    copy = keras.layers.deserialize(keras.layers.serialize(layer))
    assert copy.get_config() == layer.get_config()


@pytest.mark.parametrize("settings, name", [({"epsilon": 1e-6}, "epsilon"), ({"momentum": 1.5}, "momentum")])
def test_bad_settings_are_refused(settings, name):
    with pytest.raises(ValueError, match=rf"`{name}` must .* Received"):
        BatchNorm(**settings)
