"""The clusterings that FAFS chooses from: the best of each number of groups where all are tried, good ones beyond."""

import numpy as np
import pytest

from bmt_tf.grouping.partitions import all_labels
from bmt_tf.search.fafs_clusters import best_clusterings, separations


def _affinity(count, seed):
    values = np.random.default_rng(seed).random((count, count))
    return (values + values.T) / 2


def _separation(affinity, labels):
    groups = [np.flatnonzero(labels == group) for group in range(labels.max() + 1)]
    return np.mean([1 - np.mean([affinity[a, group].min() for a in group]) for group in groups])


def test_separations_are_those_of_a_loop_over_groups():
    affinity, labels = _affinity(5, 0), all_labels(5)
    np.testing.assert_allclose(
        separations(affinity, labels), [_separation(affinity, row) for row in labels], atol=1e-11
    )


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_branches_are_clustered_as_well_as_can_be(count):
    affinity, every = _affinity(count, 1), all_labels(count)
    labels, values = best_clusterings(affinity, np.random.default_rng(0))
    for groups in range(1, count + 1):
        of_size = [row for row in every if row.max() + 1 == groups]
        assert values[groups - 1] == pytest.approx(min(_separation(affinity, row) for row in of_size))
        assert _separation(affinity, labels[groups - 1]) == pytest.approx(values[groups - 1])


def test_many_branches_have_a_clustering_for_most_numbers_of_groups():
    affinity = _affinity(12, 2)
    np.fill_diagonal(affinity, 1)
    labels, values = best_clusterings(affinity, np.random.default_rng(0))
    for row, value in zip(labels, values, strict=True):
        assert _separation(affinity, row) == pytest.approx(value)
    assert (labels.max(axis=1) + 1 == np.arange(1, 13)).mean() > 0.7
