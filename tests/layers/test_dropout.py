"""Dropout: the mean stays, the mask is fresh at each call, and replicas draw what one device draws."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.layers import Dropout, assign_random_states, random_states

ONES = np.ones([4, 6, 6, 8], np.float32)


def test_share_of_the_elements_is_zero_and_the_others_keep_the_mean():
    out = Dropout(0.25, seed=1)(np.ones([8, 32, 32, 4], np.float32), training=True).numpy()
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.75)}
    assert np.mean(out == 0) == pytest.approx(0.25, abs=0.01)


def test_inference_and_rate_zero_leave_all_as_it_is():
    for layer, training in ((Dropout(0.5), False), (Dropout(0.0), True)):
        np.testing.assert_array_equal(layer(ONES, training=training), ONES)


def test_each_call_has_a_mask_of_its_own_that_the_state_brings_back():
    layer = Dropout(0.5, seed=3)
    [state] = random_states(layer)
    start = state.numpy()
    first, second = layer(ONES, training=True).numpy(), layer(ONES, training=True).numpy()
    assert np.any(first != second) and np.any(first[0] != first[1])
    state.assign(start)
    np.testing.assert_array_equal(layer(ONES, training=True), first)


def test_stateless_call_gives_back_the_state_that_is_assigned_alone():
    inputs = keras.Input((None, None, 8))
    x = keras.layers.BatchNormalization()(inputs)
    model = keras.Model(inputs, keras.layers.Dropout(0.5)(Dropout(0.5)(x)))
    x, moments = np.random.default_rng(0).normal(size=[4, 6, 6, 8]), model.layers[1].moving_mean.numpy()

    def called():
        out, state = model.stateless_call(model.trainable_variables, model.non_trainable_variables, x, training=True)
        assign_random_states(model, state)
        return out.numpy()

    first, second = called(), called()
    assert np.any((first == 0) != (second == 0)) and len(random_states(model)) == 2
    np.testing.assert_array_equal(model.layers[1].moving_mean.numpy(), moments)


@pytest.mark.parametrize("sizes", [(2, 2), (3, 1)])
@pytest.mark.traced
def test_replicas_draw_the_masks_of_one_device(two_replicas, sizes):
    one = Dropout(0.5, seed=5)
    expected = [one(ONES, training=True).numpy() for _ in range(2)]
    with two_replicas.scope():
        layer = Dropout(0.5, seed=5)
    ends = np.cumsum(sizes)

    def values(context):
        place = context.replica_id_in_sync_group
        return tf.constant(ONES[: ends[place]][-sizes[place] :])

    halves = two_replicas.experimental_distribute_values_from_function(values)

    @tf.function
    def drawn():
        return two_replicas.run(lambda x: layer(x, training=True), (halves,))

    for mask in expected:
        found = np.concatenate([part.numpy() for part in two_replicas.experimental_local_results(drawn())])
        np.testing.assert_array_equal(found, mask)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_rate_out_of_range_is_refused(rate):
    with pytest.raises(ValueError, match="`rate` must be at least 0 and below 1"):
        Dropout(rate)
