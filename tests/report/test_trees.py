"""Trees in words: how they branch and how they were found."""

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report.trees import branch_text, made_by_text, method_of, shape_of

LISTED = {"method": "all"}
PARTED = [[("a", "b")], [("a",), ("b",)]]


def test_runs_of_equal_branches_are_joined():
    assert branch_text((1, 1, 2, 4, 4, 4)) == "1\u00d72 2\u00d71 4\u00d73"


@pytest.mark.parametrize(
    ("grouping", "method"),
    [
        (None, ""),
        (Grouping.shared(("a", "b"), ("x",)), "shared"),
        (Grouping.separate(("a", "b"), ("x",)), "separate"),
        (Grouping(("a", "b"), ("x", "y"), PARTED), "by hand"),
        (Grouping(("a", "b"), ("x", "y"), PARTED, made_by=LISTED), "all"),
        (Grouping.shared(("a", "b"), ("x",), made_by=LISTED), "shared"),
        (Grouping.separate(("a", "b"), ("x",), made_by=LISTED), "separate"),
        (Grouping.shared(("a", "b"), ("x",), made_by={"method": "bmn"}), "bmn"),
    ],
)
def test_the_method_is_what_the_file_says_or_the_form(grouping, method):
    assert method_of(grouping) == method


def test_trees_are_of_one_shape_whatever_the_order_of_tasks_and_parts():
    one, other = (Grouping(tasks, ("x", "y"), PARTED) for tasks in (("a", "b"), ("b", "a")))
    assert one.partitions != other.partitions
    assert shape_of(one.blocks, one.partitions) == shape_of(other.blocks, other.partitions)
    assert shape_of(one.blocks, one.partitions) != shape_of(("x", "z"), one.partitions)
    assert shape_of(one.blocks, one.partitions) != shape_of(one.blocks, one.partitions[:1] * 2)


def test_how_a_tree_was_found_is_told_in_words():
    made_by = {"method": "bmtas", "trade_off": 0.5, "paper_units": False, "budget": 180370380.8, "seed": 0, "to": {}}
    assert made_by_text(made_by) == "method bmtas, trade off 0.5, budget 180,370,381, seed 0"
