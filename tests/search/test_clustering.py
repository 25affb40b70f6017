"""The clustering cost against a pinned value, and what a dissimilarity must be."""

import numpy as np
import pytest

from bmt_tf.grouping import Grouping, all_partitions
from bmt_tf.search import clustering_cost
from bmt_tf.search.clustering import checked_dissimilarity, partition_costs

TASKS, BLOCKS = ("a", "b", "c"), ("b1", "b2")
VALUES = np.array([[[0, 0.1, 0.4], [0.1, 0, 0.3], [0.4, 0.3, 0]], [[0, 0.2, 0.6], [0.2, 0, 0.5], [0.6, 0.5, 0]]])


def test_cost_is_the_mean_over_parts_of_the_largest_summed_over_blocks():
    tree = Grouping(TASKS, BLOCKS, [[["a", "b", "c"]], [["a", "b"], ["c"]]])
    assert clustering_cost(VALUES, tree) == pytest.approx(0.4 + (0.2 + 0) / 2)
    assert clustering_cost(VALUES, Grouping.separate(TASKS, BLOCKS)) == 0


def test_splitting_off_a_close_pair_can_raise_the_cost():
    """The mean over parts is not monotone: parts that cost nothing dilute the others, and merging them concentrates."""
    near = np.array([[[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0.9], [1, 1, 0.9, 0]]])
    tasks = ("a", "b", "c", "d")
    three = Grouping(tasks, ("b",), [[["a"], ["b"], ["c", "d"]]])
    two = Grouping(tasks, ("b",), [[["a", "b"], ["c", "d"]]])
    assert clustering_cost(near, three) == pytest.approx(0.3)
    assert clustering_cost(near, two) == pytest.approx(0.45)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_costs_of_all_partitions_are_those_of_the_definition(problem, count):
    values, tasks, _ = problem(count, 2, seed=count)
    for block in range(2):
        costs = partition_costs(values)[block]
        for cost, partition in zip(costs, all_partitions(tasks), strict=True):
            assert cost == pytest.approx(clustering_cost(values[block, None], Grouping(tasks, ("b",), [partition])))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ((1, 0, 2), np.nan, "finite.*'b2'.*'a' and 'c'"),
        ((0, 1, 2), -0.5, "not be negative.*'b1'.*'b' and 'c'"),
        ((1, 0, 1), 0.9, "symmetric.*'b2'.*'a' and 'b'"),
        ((1, 2, 2), 1.0, "diagonal.*'b2'.*'c' and 'c'"),
    ],
)
def test_faults_are_named_with_block_and_tasks(place, value, message):
    values = VALUES.copy()
    values[place] = value
    with pytest.raises(ValueError, match=message):
        checked_dissimilarity(values, TASKS, BLOCKS)


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(1, 3, 3\)"):
        clustering_cost(VALUES[:1], Grouping.shared(TASKS, BLOCKS))


def test_rounding_of_float32_affinities_is_mended():
    values = checked_dissimilarity(VALUES.astype(np.float32) + np.float32(-1e-7), TASKS, BLOCKS)
    assert (values == values.transpose(0, 2, 1)).all()
    assert (np.diagonal(values, axis1=1, axis2=2) == 0).all()
