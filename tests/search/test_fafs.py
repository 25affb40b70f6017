"""FAFS' greedy trees: equal to a plain reading of the method, a front over all alphas, quick for many tasks."""

import time

import numpy as np
import pytest

from bmt_tf.costs import CostTable
from bmt_tf.grouping import all_partitions, refines
from bmt_tf.search.fafs import branch_affinity, fafs_front, fafs_grouping, fafs_separation


def _problem(tasks, blocks, seed, kinds=3):
    """Returns an affinity `[T, T]` of images that are hard by kind of task, task names and a cost table."""
    random = np.random.default_rng(seed)
    kind = random.integers(0, kinds, tasks)
    losses = random.random((60, tasks)) + random.random((60, kinds))[:, kind]
    hard = losses > losses.mean(axis=0)
    affinity = (hard[:, :, None] == hard[:, None, :]).mean(axis=0)
    names = tuple(f"t{t}" for t in range(tasks))
    costs = {f"b{number}": int(cost) for number, cost in enumerate(random.integers(1, 10**6, blocks))}
    return affinity, names, CostTable("parameters", 7, costs, dict.fromkeys(names, 3))


def _between(affinity, one, other):
    """Returns the affinity of two branches, tuples of task numbers."""
    there = np.mean([min(affinity[t, u] for u in other) for t in one])
    return (there + np.mean([min(affinity[u, t] for t in one) for u in other])) / 2


def _separation(affinity, branches, groups):
    """Returns the mean over groups of 1 minus the mean of the members' smallest affinities within the group."""
    inside = [[branch for branch in branches if branch in group] for group in groups]
    means = [np.mean([min(_between(affinity, a, b) for b in group) for a in group]) for group in inside]
    return np.mean([1 - mean for mean in means])


def _plainly_grown(affinity, names, table, alpha):
    """Returns the partitions of FAFS' tree, every clustering of the branches tried at every block."""
    number = {name: t for t, name in enumerate(names)}
    branches, rows = [(t,) for t in range(len(names))], []
    for cost in reversed(table.blocks.values()):
        tried = []
        for partition in all_partitions(names):
            if refines(tuple(tuple(names[t] for t in branch) for branch in branches), partition):
                groups = [[b for b in branches if names[b[0]] in part] for part in partition]
                loss = (len(groups) - 1) * cost + alpha * _separation(affinity, branches, groups)
                tried.append((loss, len(groups), partition))
        partition = min(tried, key=lambda one: one[:2])[2]
        branches = [tuple(number[task] for task in part) for part in partition]
        rows.append(partition)
    return tuple(rows[::-1])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alpha", [0.0, 1e5, 1e6, 3e6, 1e7, 1e9])
def test_tree_is_that_of_a_plain_search_over_all_clusterings(seed, alpha):
    affinity, names, table = _problem(4, 3, seed)
    assert fafs_grouping(affinity, names, table, alpha).partitions == _plainly_grown(affinity, names, table, alpha)


def test_affinity_of_branches_is_that_of_the_method():
    affinity, _, _ = _problem(6, 1, 0)
    branches = [(0, 3), (1,), (2, 4, 5)]
    expected = [[_between(affinity, one, other) for other in branches] for one in branches]
    np.testing.assert_allclose(branch_affinity(affinity, np.array([0, 1, 2, 0, 2, 2])), expected)


@pytest.mark.parametrize("tasks", [1, 2, 5, 10])
def test_sweep_holds_the_tree_of_every_alpha_that_no_other_tree_beats(tasks):
    affinity, names, table = _problem(tasks, 4, 1)
    front = fafs_front(affinity, names, table)
    assert (front[0].cost, front[-1].cost) == (table.shared(), table.separate() if tasks > 1 else table.shared())
    costs, scores = [point.cost for point in front], [point.score for point in front]
    assert costs == sorted(set(costs)) and scores == sorted(set(scores), reverse=True)
    for point in front:
        assert point.cost == table.cost(point.grouping)
        assert point.score == fafs_separation(affinity, point.grouping)
        assert fafs_grouping(affinity, names, table, point.alpha * (1 + 1e-9) + 1e-9) == point.grouping
    trees = [point.grouping for point in front]
    for alpha in np.geomspace(1e3, 1e8, 60):
        tree = fafs_grouping(affinity, names, table, alpha)
        cost, score = table.cost(tree), fafs_separation(affinity, tree)
        assert tree in trees or any(point.cost <= cost and point.score <= score for point in front)


def test_separation_of_a_tree_is_summed_over_its_blocks():
    affinity, names, table = _problem(4, 3, 2)
    tree = fafs_grouping(affinity, names, table, 3e6)
    branches, total = [(t,) for t in range(4)], 0.0
    for partition in reversed(tree.partitions):
        groups = [[b for b in branches if names[b[0]] in part] for part in partition]
        total += _separation(affinity, branches, groups)
        branches = [tuple(names.index(task) for task in part) for part in partition]
    assert fafs_separation(affinity, tree) == pytest.approx(total)


def test_alike_tasks_stay_together_and_no_alpha_shares_all():
    affinity = np.kron(np.eye(3), np.ones((2, 2))) * 0.9 + 0.05
    np.fill_diagonal(affinity, 1)
    names = ("a0", "a1", "b0", "b1", "c0", "c1")
    table = CostTable("parameters", 1, {"one": 100, "two": 100}, dict.fromkeys(names, 1))
    pairs = (("a0", "a1"), ("b0", "b1"), ("c0", "c1"))
    assert fafs_grouping(affinity, names, table, 500).partitions[1] == pairs
    assert fafs_grouping(affinity, names, table, 0).branches == (1, 1)


def test_forty_tasks_take_seconds_and_planted_kinds_are_found():
    affinity = 0.5 + 0.4 * np.kron(np.eye(5), np.ones((8, 8))) + np.random.default_rng(0).normal(0, 0.01, (40, 40))
    affinity = np.clip((affinity + affinity.T) / 2, 0, 1)
    np.fill_diagonal(affinity, 1)
    _, names, table = _problem(40, 15, 3)
    start = time.process_time()
    front = fafs_front(affinity, names, table)
    assert time.process_time() - start < 20
    planted = tuple(names[first : first + 8] for first in range(0, 40, 8))
    assert planted in {point.grouping.partitions[-1] for point in front}


def test_same_seed_gives_the_same_front():
    affinity, names, table = _problem(12, 3, 4)
    assert fafs_front(affinity, names, table, seed=1) == fafs_front(affinity, names, table, seed=1)


@pytest.mark.parametrize("alpha", [-1.0, np.nan, np.inf])
def test_alpha_that_is_no_weight_is_refused(alpha):
    affinity, names, table = _problem(3, 2, 0)
    with pytest.raises(ValueError, match=f"`alpha` must be a finite number of at least 0. Received: alpha={alpha}"):
        fafs_grouping(affinity, names, table, alpha)


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        ((0, 1), 0.99, "be symmetric"),
        ((1, 1), 0.5, "be 1 on the diagonal"),
        ((0, 1), np.nan, "lie in"),
        ((2, 1), 2, "lie in"),
    ],
)
def test_affinity_that_is_none_is_refused_with_the_pair(place, value, rule):
    affinity, names, table = _problem(3, 2, 0)
    affinity[place] = value
    with pytest.raises(ValueError, match=f"`affinity` must {rule}.* for tasks '{names[place[0]]}' and"):
        fafs_front(affinity, names, table)
    with pytest.raises(ValueError, match=r"`affinity` must be \[T, T\] = \[3, 3\].*shape \(2, 2\)"):
        fafs_grouping(affinity[:2, :2], names, table, 1.0)
