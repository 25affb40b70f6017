"""The chance of hitting on a partition, against all trees of small problems."""

import pytest

from bmt_tf.grouping import all_partitions
from studies.planted.chance import chance_of_partition


@pytest.mark.parametrize(("tasks", "blocks"), [(2, 1), (3, 3), (4, 2)])
def test_it_is_the_share_among_all_trees_within_the_budget(problem, all_trees, tasks, blocks):
    _, names, table = problem(tasks, blocks, seed=4)
    trees = [(table.cost(tree), tree.partitions[-1]) for tree in all_trees(names, tuple(table.blocks))]
    for budget in (table.shared(), sorted(cost for cost, _ in trees)[len(trees) // 2], table.separate()):
        within = [last for cost, last in trees if cost <= budget]
        for parts in all_partitions(names):
            expected = within.count(parts) / len(within)
            assert chance_of_partition(parts, names, table, budget) == pytest.approx(expected, abs=1e-12)


def test_a_budget_below_every_tree_is_refused(problem):
    _, names, table = problem(3, 2, seed=0)
    with pytest.raises(ValueError, match="`budget` must be at least the cost of the cheapest tree"):
        chance_of_partition([names], names, table, table.shared() - 1)
