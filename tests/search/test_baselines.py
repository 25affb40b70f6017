"""Vanilla and permuted trees."""

import itertools

import pytest

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.search import permuted_grouping, vanilla_grouping

TASKS, BLOCKS = ("a", "b", "c"), ("b1", "b2", "b3")
TABLE = CostTable("parameters", 10, {"b1": 1, "b2": 10, "b3": 100}, dict.fromkeys(TASKS, 0))


@pytest.mark.parametrize(
    ("cost", "branches"),
    [(0, (1, 1, 1)), (221, (1, 1, 1)), (222, (1, 1, 3)), (331, (1, 1, 3)), (340, (1, 3, 3)), (9e9, (3, 3, 3))],
)
def test_vanilla_parts_all_tasks_at_the_block_nearest_in_cost(cost, branches):
    tree = vanilla_grouping(TASKS, BLOCKS, TABLE, cost)
    assert tree.branches == branches
    others = [vanilla_grouping(TASKS, BLOCKS, TABLE, other) for other in (121, 321, 341, 343)]
    assert abs(TABLE.cost(tree) - cost) == min(abs(TABLE.cost(other) - cost) for other in others)


def exchanged(tree):
    """All trees that differ from one by the names of its tasks."""
    found = set()
    for names in itertools.permutations(tree.tasks):
        renamed = dict(zip(tree.tasks, names, strict=True))
        parts = [[[renamed[task] for task in part] for part in partition] for partition in tree.partitions]
        found.add(Grouping(tree.tasks, tree.blocks, parts, tree.encoder))
    return found - {tree}


PARTED = [[["a", "b"], ["c", "d"]], [["a", "b"], ["c"], ["d"]]]
ONE_OUT = [[["a", "b", "c"], ["d"]], [["a", "b"], ["c"], ["d"]]]


@pytest.mark.parametrize(("partitions", "count"), [(PARTED, 5), (ONE_OUT, 11), (PARTED[:1] * 2, 2)])
def test_permuted_trees_are_all_others_of_the_shape_each_once_and_never_the_tree_itself(partitions, count):
    tree = Grouping(("a", "b", "c", "d"), ("b1", "b2"), partitions, encoder="mine")
    found = [permuted_grouping(tree, seed) for seed in range(count)]
    assert len(set(found)) == count and set(found) == exchanged(tree)
    assert [permuted_grouping(tree, seed) for seed in range(count, 2 * count)] == found


def test_a_tree_that_is_the_same_for_all_tasks_has_no_other():
    tree = vanilla_grouping(TASKS, BLOCKS, TABLE, 222)
    assert permuted_grouping(tree, 0) == permuted_grouping(tree, 7) == tree
