"""The exact front against all trees, computed in fractions, the tie-break rule included."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bmt_tf.costs import CostTable
from bmt_tf.search import clustering_cost, exact_front


def exact_score(values, tree):
    total = Fraction(0)
    for block, partition in zip(values, tree.partitions, strict=True):
        largest = [
            max(Fraction(block[tree.tasks.index(t), tree.tasks.index(u)]) for t in part for u in part)
            for part in partition
        ]
        total += sum(largest, Fraction(0)) / len(largest)
    return total


def front_by_enumeration(values, table, trees):
    """Returns the front by its definition, ties broken by the documented rule."""

    def rule(tree):
        return tree.branches[::-1], [tuple(row) for row in tree.routing()[::-1].tolist()]

    ranked = sorted((table.cost(tree), exact_score(values, tree), rule(tree), tree) for tree in trees)
    front = []
    for cost, score, _, tree in ranked:
        if not front or score < front[-1][1]:
            front.append((cost, score, tree))
    return front


@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 10**6), st.sampled_from([0, 2, 5]))
@example(4, 3, 42377, 5)  # three thirds of a quarter beside a quarter
@settings(max_examples=60, deadline=None)
def test_front_is_that_of_all_trees(problem, all_trees, count, blocks, seed, levels):
    values, tasks, table = problem(count, blocks, seed, levels)
    values = 12 * values  # so that means over up to four parts do not round: three thirds of a tie would be no tie
    wanted = front_by_enumeration(values, table, all_trees(tasks, tuple(table.blocks)))
    found = exact_front(values, tasks, table)
    assert [point.grouping for point in found] == [tree for _, _, tree in wanted]
    assert [point.cost for point in found] == [cost for cost, _, _ in wanted]
    assert [point.score for point in found] == pytest.approx([float(score) for _, score, _ in wanted])


@given(st.integers(0, 10**6), st.permutations(range(5)))
@settings(max_examples=20, deadline=None)
def test_order_of_tasks_does_not_matter(problem, seed, order):
    values, tasks, table = problem(5, 6, seed)
    permuted = exact_front(values[:, order][:, :, order], tuple(tasks[t] for t in order), table)
    front = exact_front(values, tasks, table)
    assert [point.cost for point in permuted] == [point.cost for point in front]
    assert [point.score for point in permuted] == pytest.approx([point.score for point in front])


def test_points_are_what_they_say(problem):
    values, tasks, table = problem(6, 18, seed=0)
    front = exact_front(values, tasks, table)
    costs, scores = [p.cost for p in front], [p.score for p in front]
    assert costs == sorted(set(costs)) and scores == sorted(set(scores), reverse=True)
    assert (costs[0], scores[-1]) == (table.shared(), 0)
    for point in front:
        assert point.cost == table.cost(point.grouping)
        assert point.score == pytest.approx(clustering_cost(values, point.grouping))
    assert exact_front(values, tasks, table) == front


def test_costs_that_tie_but_for_rounding_tie(problem):
    """In milliseconds 0.1 + 0.2 and 0.3 are one cost: without the grid the front would hold both."""
    values, tasks, _ = problem(4, 3, seed=1)
    heads = dict.fromkeys(tasks, 0.1)
    counted = CostTable("tenths", 1, {"b0": 1, "b1": 2, "b2": 3}, dict.fromkeys(tasks, 1))
    timed = CostTable("milliseconds", 0.1, {"b0": 0.1, "b1": 0.2, "b2": 0.3}, heads)
    assert [p.grouping for p in exact_front(values, tasks, timed)] == [
        p.grouping for p in exact_front(values, tasks, counted)
    ]


def test_nine_tasks_and_other_tasks_are_refused(problem):
    values, tasks, table = problem(9, 2, seed=0)
    with pytest.raises(ValueError, match=r"beam_front.*9 tasks"):
        exact_front(values, tasks, table)
    with pytest.raises(ValueError, match="`tasks`"):
        exact_front(values[:, :8, :8], tasks[:8], table)


def test_nothing_to_gain_gives_the_shared_tree(problem):
    _, tasks, table = problem(5, 4, seed=0)
    front = exact_front(np.zeros((4, 5, 5)), tasks, table)
    assert [point.grouping.branches for point in front] == [(1, 1, 1, 1)]
