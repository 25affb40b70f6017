"""Weights from how fast losses fall, against the formula written out."""

import numpy as np
import tensorflow as tf

from bmt_tf.training.weighting.dwa import DynamicWeightAverage
from bmt_tf.training.weighting.weighting import Seen


def _learn(weighting, losses, labelled=(True, True)):
    weighting.learn(Seen(tf.constant(losses), tf.constant(labelled)))


def test_weights_follow_the_ratio_of_the_last_two_epochs():
    weighting = DynamicWeightAverage(2, temperature=2.0, epoch=2)
    for losses in ([4.0, 1.0], [2.0, 1.0], [1.0, 1.0]):
        _learn(weighting, losses)
        np.testing.assert_allclose(weighting.weights(), [1, 1], rtol=1e-6)
    _learn(weighting, [2.0, 2.0])
    ratios = np.array([1.5 / 3.0, 1.5 / 1.0])
    expected = 2 * np.exp(ratios / 2) / np.exp(ratios / 2).sum()
    np.testing.assert_allclose(weighting.weights(), expected, rtol=1e-6)
    _learn(weighting, [9.0, 9.0])  # within an epoch nothing moves
    np.testing.assert_allclose(weighting.weights(), expected, rtol=1e-6)


def test_means_are_over_batches_with_a_label_and_an_epoch_without_any_counts_as_no_change():
    weighting = DynamicWeightAverage(2, temperature=1.0, epoch=2)
    for losses, labelled in (
        ([4.0, 0.0], (True, False)),
        ([0.0, 1.0], (False, True)),
        ([2.0, 0.0], (True, False)),
        ([2.0, 0.0], (True, False)),
    ):
        _learn(weighting, losses, labelled)
    expected = 2 * np.exp([0.5, 1.0]) / np.exp([0.5, 1.0]).sum()
    np.testing.assert_allclose(weighting.weights(), expected, rtol=1e-6)
