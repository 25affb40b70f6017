"""Vanilla and permuted trees."""

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


def test_permuted_tree_has_the_same_shape_and_every_permutation_occurs():
    tree = Grouping(TASKS, BLOCKS, [[TASKS], [["a", "b"], ["c"]], [["a"], ["b"], ["c"]]], encoder="mine")
    found = {permuted_grouping(tree, seed) for seed in range(40)}
    assert {permuted.parts(1) for permuted in found} == {
        (("a", "b"), ("c",)),
        (("a", "c"), ("b",)),
        (("a",), ("b", "c")),
    }
    assert {(permuted.branches, permuted.tasks, permuted.encoder) for permuted in found} == {((1, 2, 3), TASKS, "mine")}
    assert permuted_grouping(tree, 3) == permuted_grouping(tree, 3)
