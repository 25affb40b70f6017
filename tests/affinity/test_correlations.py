"""Affinities equal scipy's, and their bootstrap equals the plain computation on the images drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bmt_tf.affinity import affinity, bootstrap_affinity, pairs_together
from bmt_tf.grouping import Grouping


def random_rdms(tasks=3, blocks=2, images=6, seed=0, levels=None):
    random = np.random.default_rng(seed)
    size = (tasks, blocks, images, images)
    values = random.random(size) if levels is None else random.integers(levels, size=size) / levels
    values = np.triu(values, 1)
    return values + values.swapaxes(-1, -2)


def spearman(rdms, pairs):
    return np.array(
        [[[stats.spearmanr(t[pairs], u[pairs]).statistic for u in rdms[:, block]] for t in rdms[:, block]]
         for block in range(rdms.shape[1])]
    )  # fmt: skip


@given(st.integers(1, 5), st.integers(4, 8), st.sampled_from([None, 2, 4]), st.integers(0, 50))
def test_equals_scipy_spearman_with_and_without_ties(tasks, images, levels, seed):
    rdms = random_rdms(tasks, 2, images, seed, levels)
    pairs = np.triu_indices(images, 1)
    if any(len(set(one[pairs])) == 1 for one in rdms.reshape(-1, images, images)):
        return
    result = affinity(rdms)
    np.testing.assert_allclose(result, spearman(rdms, pairs), atol=1e-12)
    assert (result == result.swapaxes(-1, -2)).all()
    assert (np.diagonal(result, axis1=1, axis2=2) == 1).all()
    assert result.dtype == np.float64 and np.abs(result).max() <= 1


def test_tasks_may_come_one_after_another():
    rdms = random_rdms()
    np.testing.assert_array_equal(affinity(iter(rdms)), affinity(rdms))
    np.testing.assert_array_equal(bootstrap_affinity(iter(rdms), 3, 0), bootstrap_affinity(rdms, 3, 0))


def test_only_the_order_of_distances_counts():
    rdms = random_rdms()
    np.testing.assert_array_equal(affinity(rdms), affinity(rdms**3 / 7))


def test_lower_triangle_and_diagonal_are_not_read():
    rdms = random_rdms()
    np.testing.assert_array_equal(affinity(np.triu(rdms, 1) + 9 * np.tri(6)), affinity(rdms))


def test_bootstrap_equals_the_affinity_of_the_images_drawn_without_pairs_of_copies():
    rdms, images = random_rdms(images=6, levels=9), 6
    result = bootstrap_affinity(rdms, 20, seed=3)
    random = np.random.default_rng(3)
    for replicate in result:
        draw = np.repeat(np.arange(images), random.multinomial(images, np.full(images, 1 / images)))
        first, second = np.triu_indices(images, 1)
        pairs = draw[first], draw[second]
        kept = pairs[0] != pairs[1]
        np.testing.assert_allclose(replicate, spearman(rdms, (pairs[0][kept], pairs[1][kept])), atol=1e-12)


def test_bootstrap_repeats_with_its_seed_and_brackets_the_affinity():
    rdms = random_rdms(2, 1, 25, seed=5) + 0.5 * random_rdms(1, 1, 25, seed=6)
    replicates = bootstrap_affinity(rdms, 300, seed=1)
    np.testing.assert_array_equal(replicates, bootstrap_affinity(rdms, 300, seed=1))
    assert (replicates != bootstrap_affinity(rdms, 300, seed=2)).any()
    low, high = np.quantile(replicates[:, 0, 0, 1], [0.025, 0.975])
    assert low < affinity(rdms)[0, 0, 1] < high
    # Copies left out, the replicates are not shifted towards 1.
    assert abs(replicates[:, 0, 0, 1].mean() - affinity(rdms)[0, 0, 1]) < 0.03


def test_bootstrap_of_three_images_draws_all_three():
    rdms = random_rdms(2, 1, 3)
    np.testing.assert_allclose(bootstrap_affinity(rdms, 4, seed=0), np.stack([affinity(rdms)] * 4), atol=1e-15)


def test_pairs_together_is_the_share_of_trees():
    tasks, blocks = ("a", "b", "c"), ("first", "last")

    def choose(affinities):
        if affinities[0, 0, 1] > 0.5:
            return Grouping(tasks, blocks, [[["a", "b", "c"]], [["a", "b"], ["c"]]])
        return Grouping(tasks, blocks, [[["a", "c"], ["b"]], [["a"], ["b"], ["c"]]])

    replicates = np.zeros((4, 2, 3, 3))
    replicates[:3, 0, 0, 1] = 1.0
    first, last = pairs_together(replicates, choose)
    np.testing.assert_array_equal(first, [[1, 0.75, 1], [0.75, 1, 0.75], [1, 0.75, 1]])
    np.testing.assert_array_equal(last, [[1, 0.75, 0], [0.75, 1, 0], [0, 0, 1]])


def test_bad_rdms_are_refused_by_name():
    rdms = random_rdms()
    with pytest.raises(ValueError, match=r"at least 3 images.*\(2, 2, 2\)"):
        bootstrap_affinity(rdms[..., :2, :2], 3, 0)
    with pytest.raises(ValueError, match=r"\(6, 6\)"):
        affinity(rdms[0])
    with pytest.raises(ValueError, match=r"shape=\(2, 5, 5\) of task number 1"):
        affinity([rdms[0], rdms[1, :, :5, :5]])
    with pytest.raises(ValueError, match="at least one task"):
        affinity([])
    with pytest.raises(ValueError, match="replicates=0"):
        bootstrap_affinity(rdms, 0, 0)
    rdms[1, 1] = 0.5
    with pytest.raises(ValueError, match="task 'b' at block 'last'"):
        affinity(rdms, ("a", "b", "c"), ("first", "last"))
    rdms[1, 0] = np.nan
    with pytest.raises(ValueError, match=r"finite.*block number 0"):
        affinity(rdms)
