"""The nodes of a tree: their names, their blocks, their tasks."""

from bmt_tf.grouping import Grouping, Node

TREE = Grouping(("a", "b", "c"), ("one", "two"), [[("a", "b", "c")], [("a", "c"), ("b",)]])


def test_nodes_are_the_stem_the_parts_of_each_block_and_the_heads():
    assert TREE.nodes() == (
        Node("stem", "stem", ("a", "b", "c")),
        Node("one_g0", "one", ("a", "b", "c")),
        Node("two_g0", "two", ("a", "c")),
        Node("two_g1", "two", ("b",)),
        Node("head_a", None, ("a",)),
        Node("head_b", None, ("b",)),
        Node("head_c", None, ("c",)),
    )


def test_a_task_passes_each_block_once():
    for task in TREE.tasks:
        passed = [node.block for node in TREE.nodes() if task in node.tasks]
        assert passed == ["stem", *TREE.blocks, None]
