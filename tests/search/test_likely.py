"""The likely front against all trees, its beam against it, and what probabilities must be."""

import itertools

import numpy as np
import pytest
from contracts.fronts import check_front_of_beam, check_wider_comes_nearer
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.search import choose, likely_beam_front, likely_front, tree_surprise


def surprise(probs, tree, candidates=3):
    total = 0.0
    for block, partition in zip(probs, tree.partitions, strict=True):
        for part in partition:
            total -= np.log(
                sum(np.prod([row[j] for row in block[[tree.tasks.index(t) for t in part]]]) for j in range(candidates))
            )
    return total


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_front_is_that_of_all_trees(problem, all_trees, seed):
    _, tasks, table = problem(4, 2, seed)
    probs = np.random.default_rng(seed).dirichlet(np.full(3, 0.5), (2, 4))
    points = sorted((table.cost(tree), surprise(probs, tree)) for tree in all_trees(tasks, tuple(table.blocks)))
    best = list(itertools.accumulate(points, lambda a, b: b if b[1] < a[1] - 1e-9 else a))
    wanted = [point for point, _ in itertools.groupby(best)]
    found = likely_front(probs, tasks, table)
    assert [point.cost for point in found] == [cost for cost, _ in wanted]
    assert [point.score for point in found] == pytest.approx([score for _, score in wanted], abs=1e-9)
    for tree in all_trees(tasks, tuple(table.blocks))[seed % 7 :: 23]:
        assert tree_surprise(probs, tree) == pytest.approx(surprise(probs, tree), abs=1e-9)


def test_sharp_probabilities_give_their_own_tree(problem):
    _, tasks, table = problem(4, 3, seed=0)
    routing = np.array([[0, 0, 0, 0], [1, 1, 2, 2], [0, 0, 1, 2]])
    front = likely_front(np.eye(3)[routing], tasks, table)
    cheapest_possible = next(point for point in front if point.score < 1e-6)
    assert cheapest_possible.grouping.branches == (1, 2, 3)
    assert choose(front, table.separate()).score == pytest.approx(0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda probs: probs[:1], "shape"),
        (lambda probs: probs[..., 0], "shape"),
        (lambda probs: probs * 0.9, "sum to 1.*'b0'.*'t0'"),
        (lambda probs: np.where(np.arange(3) == 0, -0.5, 0.75) + 0 * probs, "probabilities"),
        (lambda probs: probs * np.nan, "probabilities"),
    ],
)
def test_what_is_no_distribution_is_refused(problem, change, message):
    _, tasks, table = problem(4, 2, seed=0)
    with pytest.raises(ValueError, match=message):
        likely_front(change(np.full((2, 4, 3), 1 / 3)), tasks, table)


def drifting_probs(count, blocks, seed, candidates=4):
    """Returns probabilities that move a little from block to block, as those of a search do."""
    random = np.random.default_rng(seed)
    alpha = random.normal(size=(count, candidates)) + 0.5 * random.normal(size=(blocks, count, candidates)).cumsum(0)
    return np.exp(alpha) / np.exp(alpha).sum(axis=2, keepdims=True)


@pytest.mark.parametrize("seed", range(4))
def test_the_beam_comes_near_the_exact_front(problem, seed):
    _, tasks, table = problem(6, 8, seed)
    probs = drifting_probs(6, 8, seed)
    exact, beam = likely_front(probs, tasks, table), likely_beam_front(probs, tasks, table)
    check_front_of_beam(beam, exact, table, lambda tree: surprise(probs, tree, candidates=4), missed=0.03)


def test_a_wider_beam_comes_nearer(problem):
    _, tasks, table = problem(6, 8, seed=5)
    probs = drifting_probs(6, 8, seed=5)
    check_wider_comes_nearer(
        lambda width: likely_beam_front(probs, tasks, table, width), likely_front(probs, tasks, table)
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_beam_solves_few_tasks_exactly(problem, count):
    _, tasks, table = problem(count, 5, seed=2)
    probs = drifting_probs(count, 5, seed=2)
    exact, beam = likely_front(probs, tasks, table), likely_beam_front(probs, tasks, table)
    assert [point.grouping for point in beam] == [point.grouping for point in exact]


def test_the_beam_finds_the_groups_of_many_tasks_that_a_search_is_sure_of(problem):
    """Twelve tasks, of which the odd and the even ones part at the third block of four."""
    _, tasks, table = problem(12, 4, seed=1)
    sure = np.full((4, 12, 3), 0.05)
    sure[:2, :, 0] = sure[2:, ::2, 1] = sure[2:, 1::2, 2] = 0.9
    front = likely_beam_front(sure, tasks, table, width=3)
    groups = tasks[::2], tasks[1::2]
    wanted = [point for point in front if point.grouping.branches == (1, 1, 2, 2)]
    assert len(wanted) == 1 and set(wanted[0].grouping.partitions[3]) == set(groups)
    assert front == likely_beam_front(sure, tasks, table, width=3)
