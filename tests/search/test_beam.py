"""The beam's trees: valid, a front, never better than exact, and near it."""

import pytest
from contracts.fronts import check_front_of_beam, check_wider_comes_nearer

from bmt_tf.search import beam_front, clustering_cost, exact_front


@pytest.mark.parametrize("seed", range(4))
def test_front_comes_near_the_exact_one(problem, seed):
    values, tasks, table = problem(6, 8, seed)
    exact, beam = exact_front(values, tasks, table), beam_front(values, tasks, table)
    check_front_of_beam(beam, exact, table, lambda tree: clustering_cost(values, tree), missed=0.02)
    assert beam[-1].score == 0
    assert all(point.score == clustering_cost(values, point.grouping) for point in beam)


def test_a_wider_beam_comes_nearer(problem):
    values, tasks, table = problem(6, 8, seed=5)
    check_wider_comes_nearer(lambda width: beam_front(values, tasks, table, width), exact_front(values, tasks, table))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_tasks_are_solved_exactly(problem, count):
    values, tasks, table = problem(count, 5, seed=2)
    assert [p.cost for p in beam_front(values, tasks, table)] == [p.cost for p in exact_front(values, tasks, table)]


def test_same_seed_gives_the_same_front_and_many_tasks_work(problem):
    values, tasks, table = problem(14, 3, seed=3)
    assert beam_front(values, tasks, table, width=3, seed=1) == beam_front(values, tasks, table, width=3, seed=1)


def test_no_width_is_refused(problem):
    values, tasks, table = problem(3, 2, seed=0)
    with pytest.raises(ValueError, match="width=0"):
        beam_front(values, tasks, table, width=0)
