"""Both methods find the groups of the planted problem."""

import pytest

from bmt_tf.data.planted import GROUPS, TASKS
from bmt_tf.grouping import Grouping
from bmt_tf.training import planted_problem
from bmt_tf.training.planted_problem import bmn_tree, bmtas_tree, chances, is_right, planted_table
from bmt_tf.training.tree_choice import parse_budget


def test_bmn_finds_the_groups(tmp_path):
    assert is_right(bmn_tree(str(tmp_path), seed=0))


def test_bmtas_finds_the_groups(tmp_path):
    assert is_right(bmtas_tree(str(tmp_path), seed=0))


def test_budget_allows_the_groups_everywhere_and_no_three_parts_at_the_last_block():
    table = planted_table()
    budget, blocks = parse_budget(planted_problem.BUDGET, table), tuple(table.blocks)
    groups = [0, 0, 0, 1, 1, 1]
    assert table.cost(Grouping.from_routing(TASKS, blocks, [groups] * 3)) <= budget
    assert table.cost(Grouping.from_routing(TASKS, blocks, [[0] * 6, [0] * 6, [0, 0, 0, 1, 1, 2]])) > budget


def test_chance_is_that_of_counting_by_hand():
    # Within the budget the last block has one part, which leaves one tree, or two: 31 ways, and three trees for each,
    # as the two parts may have formed at any block. The groups are one of the 31.
    assert chances()["trees within the budget"] == pytest.approx(3 / 94)
    assert chances()["all trees"] < 0.01
    assert 0 < chances()["routings"] < 1e-9


def test_only_the_exact_groups_are_right():
    def tree(last):
        return Grouping(TASKS, ("only",), [last])

    assert is_right(tree(GROUPS))
    assert not is_right(tree([TASKS]))
    assert not is_right(tree([*GROUPS[:1], GROUPS[1][:1], GROUPS[1][1:]]))
