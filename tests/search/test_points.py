"""Choosing from a front, and the gap between two fronts."""

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.search import TreePoint, choose, front_gap
from bmt_tf.search.points import tree_from_labels

TREE = Grouping.shared(["a"], ["b"])
FRONT = (TreePoint(10, 3.0, TREE), TreePoint(20, 2.0, TREE), TreePoint(30, 0.0, TREE))


@pytest.mark.parametrize(("budget", "cost"), [(10, 10), (19.9, 10), (20, 20), (1e9, 30)])
def test_choice_is_the_least_score_within_the_budget(budget, cost):
    assert choose(FRONT, budget).cost == cost


@pytest.mark.parametrize("budget", [9.99, float("nan")])
def test_a_budget_below_the_cheapest_tree_is_refused_naming_it(budget):
    with pytest.raises(ValueError, match="cheapest tree, 10"):
        choose(FRONT, budget)


def test_gap_is_the_excess_at_each_exact_point():
    assert front_gap(FRONT, FRONT).tolist() == [0, 0, 0]
    assert front_gap(FRONT[::2], FRONT).tolist() == [0, 1, 0]


def test_tree_from_labels_names_the_tables_blocks(problem):
    _, tasks, table = problem(3, 2, seed=0)
    tree = tree_from_labels(Grouping.separate(tasks, tuple(table.blocks)).routing(), tasks, table)
    assert tree == Grouping.separate(tasks, tuple(table.blocks))
