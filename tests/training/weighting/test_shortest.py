"""The shortest vector in a hull: pinned values, an independent solver, and what may be degenerate."""

import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf

from bmt_tf.training.weighting.shortest import min_norm

pytestmark = pytest.mark.traced  # hundreds of steps of a loop

VECTORS = tf.TensorSpec([None, None], tf.float64), tf.TensorSpec([None], tf.bool)
SOLVE = tf.function(min_norm, VECTORS)  # one trace for any number of vectors


def _vectors(tasks, size):
    t, j = np.meshgrid(np.arange(tasks), np.arange(size), indexing="ij")
    return np.sin(1 + 2 * t + 3 * j) + 0.3 * t


def _shares(gram, among=None):
    among = np.ones(len(gram), bool) if among is None else among
    return SOLVE(tf.constant(gram, tf.float64), tf.constant(among)).numpy()


@pytest.mark.parametrize(
    ("tasks", "size", "shares", "square"),
    [
        (3, 4, [0.6321986, 0, 0.3678014], 0.3013075028),
        (5, 8, [0.56908952, 0.13789906, 0.29301142, 0, 0], 0.5739731348),
    ],
)
def test_pinned_solutions(tasks, size, shares, square):
    vectors = _vectors(tasks, size)
    found = _shares(vectors @ vectors.T)
    np.testing.assert_allclose(found, shares, atol=1e-7)
    assert found @ vectors @ vectors.T @ found == pytest.approx(square, abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_non_negative_least_squares_find(seed):
    # With a heavy row of ones, the least squares solution of V's = 0 is the shortest convex combination.
    vectors = np.random.default_rng(seed).normal(size=(12, 20)) + 0.3
    heavy = 1e4
    rows = np.vstack([vectors.T, np.full(12, heavy)])
    expected, _ = scipy.optimize.nnls(rows, np.append(np.zeros(20), heavy))
    np.testing.assert_allclose(_shares(vectors @ vectors.T), expected, atol=1e-5)


def test_nothing_turns_towards_a_shorter_vector_at_the_solution_of_forty():
    vectors = np.random.default_rng(0).normal(size=(40, 60))
    gram = vectors @ vectors.T
    shares = _shares(gram)
    square = shares @ gram @ shares
    assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    assert (gram @ shares).min() > square * (1 - 1e-6)


def test_vectors_that_take_no_part_change_nothing():
    vectors = _vectors(5, 8)
    gram, among = vectors @ vectors.T, np.array([True, False, True, True, False])
    expected = np.zeros(5)
    expected[among] = _shares(gram[np.ix_(among, among)])
    gram[~among] = gram[:, ~among] = np.nan
    np.testing.assert_allclose(_shares(gram, among), expected, atol=1e-9)
    assert not _shares(gram, np.zeros(5, bool)).any()


def test_degenerate_products_end_and_give_the_shortest_square():
    opposite = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0]])
    found = _shares(opposite @ opposite.T)
    assert found.sum() == pytest.approx(1) and found @ opposite @ opposite.T @ found == pytest.approx(0, abs=1e-12)
    assert _shares(np.ones([3, 3])).sum() == pytest.approx(1)
    assert _shares(np.zeros([3, 3])).sum() == pytest.approx(1)
    assert _shares([[2.0]]).tolist() == [1.0]
