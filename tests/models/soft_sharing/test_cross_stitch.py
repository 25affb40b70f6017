"""The cross-stitch unit against its formula written out."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.models.soft_sharing.cross_stitch import CrossStitch

MAPS = list(np.random.default_rng(0).normal(size=(3, 2, 4, 5, 6)).astype("float32"))


def test_it_starts_from_the_own_share_and_the_rest_evenly():
    unit = CrossStitch(0.8)
    unit(MAPS)
    expected = np.full((3, 3), 0.1) + 0.7 * np.eye(3)
    np.testing.assert_allclose(unit.weight_matrix.numpy(), expected, rtol=1e-6)
    unit = CrossStitch(0.8, per_channel=True)
    unit(MAPS)
    np.testing.assert_allclose(unit.weight_matrix.numpy(), np.repeat(expected[..., None], 6, -1), rtol=1e-6)


@pytest.mark.parametrize("per_channel", [False, True])
def test_outputs_and_gradients_are_those_of_the_sum_over_old_features(per_channel):
    unit = CrossStitch(per_channel=per_channel)
    unit(MAPS)
    draw = np.random.default_rng(1)
    unit.weight_matrix.assign(draw.normal(size=unit.weight_matrix.shape))
    weights, maps = unit.weight_matrix.value, tf.constant(np.stack(MAPS))
    above = tf.constant(draw.normal(size=maps.shape), tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(maps)
        ours = tf.stack(unit(tf.unstack(maps)))
        wide = weights if per_channel else tf.repeat(weights[..., None], 6, -1)
        theirs = tf.einsum("tuc,ubhwc->tbhwc", wide, maps)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    for source in (maps, unit.weight_matrix.value):
        found, expected = (tape.gradient(outputs, source, output_gradients=above) for outputs in (ours, theirs))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_identity_weights_leave_the_maps_as_they_are_to_the_bit():
    for ours, theirs in zip(CrossStitch(1.0)(MAPS), MAPS, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_weights_and_sums_are_float32_under_half_precision(bfloat16):
    unit = CrossStitch(0.9)
    halves = [tf.cast(one, tf.bfloat16) for one in MAPS]
    outputs = unit(halves)
    assert unit.weight_matrix.dtype == "float32" and {output.dtype for output in outputs} == {tf.bfloat16}
    exact = 0.9 * tf.cast(halves[0], tf.float32) + 0.05 * sum(tf.cast(one, tf.float32) for one in halves[1:])
    np.testing.assert_array_equal(outputs[0].numpy(), tf.cast(exact, tf.bfloat16).numpy())
