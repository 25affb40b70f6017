"""Weights of the shortest combination: normalisers, losses of other units, and tasks that take no part."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.runs.weightings import NORMALISERS
from bmt_tf.training.weighting import mgda_ub
from bmt_tf.training.weighting.mgda_ub import MultipleGradientDescent
from bmt_tf.training.weighting.shortest import min_norm
from bmt_tf.training.weighting.weighting import Seen

pytestmark = pytest.mark.traced  # the search of the shortest vector is a long loop

VECTORS = np.random.default_rng(3).normal(size=(4, 9)) + 0.4
LOSSES = np.array([0.5, 2.0, 3.0, 1.0])


@pytest.fixture(autouse=True, scope="module")
def solve():
    """The search of the shortest vector, traced once."""
    traced = tf.function(min_norm)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mgda_ub, "min_norm", traced)
        yield traced


def _seen(factors=(1, 1, 1, 1), labelled=(True,) * 4):
    factors = np.where(labelled, factors, 0.0)
    vectors = VECTORS * factors[:, None]
    losses = tf.constant(LOSSES * factors, tf.float32)
    return Seen(losses, tf.constant(labelled), tf.constant(vectors @ vectors.T))


@pytest.mark.parametrize("normaliser", NORMALISERS)
@pytest.mark.parametrize("divide", [True, False])
def test_weights_are_shares_of_the_normalised_gradients(normaliser, divide, solve):
    norms = np.linalg.norm(VECTORS, axis=1)
    divisors = {"none": norms**0, "l2": norms, "loss": LOSSES, "loss+": LOSSES * norms}[normaliser]
    unit = VECTORS / divisors[:, None]
    expected = solve(tf.constant(unit @ unit.T), tf.ones([4], tf.bool)).numpy()
    expected = expected / divisors if divide else expected
    weights = MultipleGradientDescent(normaliser, divide, True).weights(_seen()).numpy()
    np.testing.assert_allclose(weights, 4 * expected / expected.sum(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("normaliser", ["l2", "loss"])
def test_the_unit_of_a_loss_has_no_influence_but_on_the_common_scale(normaliser):
    weighting, factors = MultipleGradientDescent(normaliser, True, True), np.array([1000, 1, 1, 1])
    ours, theirs = weighting.weights(_seen(factors)).numpy() * factors, weighting.weights(_seen()).numpy()
    np.testing.assert_allclose(ours / ours.sum(), theirs / theirs.sum(), rtol=1e-4, atol=1e-7)


def test_tasks_without_a_label_or_of_zero_gradient_take_no_part():
    weighting = MultipleGradientDescent("l2", True, True)
    for seen in (_seen(labelled=(True, False, True, True)), _seen((1, 0, 1, 1))):
        weights = weighting.weights(seen).numpy()
        assert weights[1] == 0 and weights.sum() == pytest.approx(3)
    gram = _seen().gram.numpy()
    gram[1] = gram[:, 1] = np.nan
    assert np.isfinite(weighting.weights(_seen()._replace(gram=tf.constant(gram)))).all()


def test_heads_are_scaled_as_told():
    assert not MultipleGradientDescent("l2", True, False).scales_own
    assert MultipleGradientDescent("l2", True, True).on_features
