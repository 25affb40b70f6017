"""The likely front against all trees, and what probabilities must be."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.search import choose, likely_front, tree_surprise


def surprise(probs, tree):
    total = 0.0
    for block, partition in zip(probs, tree.partitions, strict=True):
        for part in partition:
            total -= np.log(
                sum(np.prod([row[j] for row in block[[tree.tasks.index(t) for t in part]]]) for j in range(3))
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
