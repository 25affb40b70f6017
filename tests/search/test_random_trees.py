"""Random trees: within the tolerance, and uniform over all trees there."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from bmt_tf.costs import CostTable
from bmt_tf.search import random_grouping
from bmt_tf.search.enumeration import stirling
from bmt_tf.search.random_trees import _random_partition

TASKS, BLOCKS = ("a", "b", "c", "d"), ("x", "y", "z")
TABLE = CostTable("milliseconds", 5, {"x": 3.3, "y": 7.1, "z": 11}, dict.fromkeys(TASKS, 1))


def test_trees_are_uniform_within_the_tolerance(all_trees):
    trees = [tree for tree in all_trees(TASKS, BLOCKS) if abs(TABLE.cost(tree) - 60) <= 6]
    drawn = Counter(random_grouping(TASKS, BLOCKS, TABLE, 60, 0.1, seed) for seed in range(40 * len(trees)))
    assert set(drawn) <= set(trees)
    assert stats.chisquare([drawn[tree] for tree in trees]).pvalue > 1e-3


def test_partitions_into_a_number_of_parts_are_uniform():
    random, table = np.random.default_rng(0), np.array(stirling(5))
    assert table[5].tolist() == [0, 1, 15, 25, 10, 1]
    drawn = Counter(tuple(_random_partition(5, 3, table, random).tolist()) for _ in range(2500))
    assert len(drawn) == 25
    assert stats.chisquare(list(drawn.values())).pvalue > 1e-3


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_many_tasks_and_large_costs(problem, share):
    _, tasks, table = problem(20, 18, seed=0)
    cost = table.shared() + share * (table.separate() - table.shared())
    tree = random_grouping(tasks, tuple(table.blocks), table, cost, 0.02, seed=1)
    assert abs(table.cost(tree) - cost) <= 0.02 * cost
    assert tree == random_grouping(tasks, tuple(table.blocks), table, cost, 0.02, seed=1)


@pytest.mark.parametrize(("cost", "tolerance"), [(60, 0), (60, 1), (0, 0.1), (float("nan"), 0.1)])
def test_bad_arguments_are_refused(cost, tolerance):
    with pytest.raises(ValueError, match=f"tolerance={tolerance}"):
        random_grouping(TASKS, BLOCKS, TABLE, cost, tolerance, seed=0)


@pytest.mark.parametrize("cost", [5, 32, 1000])
def test_a_cost_of_no_tree_is_refused_naming_the_range(cost):
    with pytest.raises(ValueError, match=r"30\.4 to 94\.6 milliseconds.*no tree"):
        random_grouping(TASKS, BLOCKS, TABLE, cost, 0.01, seed=0)
