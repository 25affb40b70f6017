"""Arrays of partitions against the same by hand."""

import itertools

import numpy as np

from bmt_tf.search.branches import best_merges, between_parts, renumbered, sum_of_largest

LABELS = np.array([[0, 1, 0, 2, 1, 2], [0, 0, 1, 1, 1, 2]])


def values(seed=0):
    upper = np.triu(np.random.default_rng(seed).random((6, 6)), 1)
    return upper + upper.T


def sum_over_parts(labels):
    return sum(values()[np.ix_(labels == k, labels == k)].max() for k in np.unique(labels))


def test_between_parts_is_the_largest_over_their_tasks():
    between = between_parts(values(), LABELS)
    for n, a, b in np.ndindex(2, 3, 3):
        assert between[n, a, b] == values()[np.ix_(LABELS[n] == a, LABELS[n] == b)].max()


def test_best_merges_are_the_best_of_all_and_stay_canonical():
    between = between_parts(values(), LABELS)
    within = np.diagonal(between, axis1=1, axis2=2)
    merged, change = best_merges(np.maximum(between, np.maximum(within[:, :, None], within[:, None])), LABELS, width=2)
    assert merged.shape == (2, 2, 6)
    for n in range(2):
        sums = sorted(
            sum_over_parts(np.where(LABELS[n] == b, a, LABELS[n])) for a, b in itertools.combinations(range(3), 2)
        )
        np.testing.assert_allclose([sum_over_parts(row) for row in merged[n]], sums[:2])
        np.testing.assert_allclose(sum_over_parts(LABELS[n]) + change[n], sums[:2])
    assert (renumbered(merged.reshape(-1, 6)) == merged.reshape(-1, 6)).all()


def test_sum_of_largest_over_groups_of_parts():
    groups = np.array([[0, 1, 0], [1, 0, 0]])
    found = sum_of_largest(between_parts(values(), LABELS), groups)
    wanted = [sum_over_parts(group[row]) for group, row in zip(groups, LABELS, strict=True)]
    np.testing.assert_allclose(found, wanted)


def test_renumbered_counts_by_first_appearance():
    assert renumbered(np.array([[5, 2, 5, 9], [1, 0, 0, 1]])).tolist() == [[0, 1, 0, 2], [0, 1, 1, 0]]
