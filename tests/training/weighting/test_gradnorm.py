"""Weights that keep weighted gradient norms together."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.training.weighting.gradnorm import GradNorm
from bmt_tf.training.weighting.weighting import Seen

NORMS, LOSSES = np.array([1.0, 4.0, 10.0]), np.array([2.0, 1.0, 5.0])


def _seen(norms=NORMS, losses=LOSSES, labelled=(True, True, True)):
    norms = np.where(labelled, norms, 0.0)
    gram = tf.constant(np.diag(norms**2))
    return Seen(tf.constant(np.where(labelled, losses, 0), tf.float32), tf.constant(labelled), gram)


def test_first_weights_make_all_norms_equal_and_have_the_mean_one():
    weights = GradNorm(3, 1.5, 0.025).weights(_seen()).numpy()
    np.testing.assert_allclose(weights * NORMS, (weights * NORMS)[0], rtol=1e-5)
    assert weights.mean() == pytest.approx(1)


def test_one_update_is_that_of_the_paper_in_log_weights():
    weighting, losses = GradNorm(3, 1.5, 0.1), LOSSES * [0.5, 1.0, 0.9]
    weighting.learn(_seen())  # equal norms are at their target
    start = weighting.weights(_seen()).numpy()
    weighting.learn(_seen(losses=losses))
    weighted = start * NORMS
    pace = losses / LOSSES
    target = weighted.mean() * (pace / pace.mean()) ** 1.5
    expected = start * np.exp(-0.1 * np.sign(weighted - target) * weighted / weighted.mean())
    np.testing.assert_allclose(weighting.weights(_seen()), expected / expected.mean(), rtol=1e-5)


@pytest.mark.traced
def test_norms_end_at_their_targets():
    weighting, losses = GradNorm(3, 1.0, 0.01), LOSSES * [0.5, 1.0, 1.5]
    learn = tf.function(weighting.learn)
    learn(_seen())
    for _ in range(150):
        learn(_seen(losses=losses))
    weighted = weighting.weights(_seen()).numpy() * NORMS
    np.testing.assert_allclose(weighted / weighted.mean(), [0.5, 1.0, 1.5], rtol=0.05)


def test_the_unit_of_a_loss_has_no_influence_but_on_the_common_scale():
    plain, scaled = GradNorm(3, 1.5, 0.1), GradNorm(3, 1.5, 0.1)
    factors = np.array([1000.0, 1.0, 1.0])
    for pace in ([1.0, 1.0, 1.0], [0.9, 0.5, 0.7], [0.6, 0.5, 0.4]):
        plain.learn(_seen(losses=LOSSES * pace))
        scaled.learn(_seen(NORMS * factors, LOSSES * pace * factors))
    ours = scaled.weights(_seen(NORMS * factors)).numpy() * factors
    theirs = plain.weights(_seen()).numpy()
    np.testing.assert_allclose(ours / ours.sum(), theirs / theirs.sum(), rtol=1e-4)


def test_a_task_without_a_label_has_no_weight_and_keeps_its_own_against_the_others():
    weighting = GradNorm(3, 1.5, 0.1)
    weighting.learn(_seen(labelled=(True, True, False)))
    before = weighting.weights(_seen()).numpy()
    assert before[2] * NORMS[2] == pytest.approx(np.mean(before[:2] * NORMS[:2]), rel=1e-5)  # begins at the others'
    weighting.learn(_seen())
    start = weighting.weights(_seen()).numpy()
    seen = _seen(losses=LOSSES * 0.5, labelled=(True, False, True))
    weights = weighting.weights(seen).numpy()
    assert weights[1] == 0 and weights[[0, 2]].mean() == pytest.approx(1)
    weighting.learn(seen)
    after = weighting.weights(_seen()).numpy()
    # Both others lie at their target, and are moved alike or not at all.
    assert after[1] / after.sum() == pytest.approx(start[1] / start.sum(), rel=1e-4)
