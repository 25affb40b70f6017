"""The tree as text and DOT."""

from bmt_tf.grouping import Grouping

TASKS = ("semseg", "depth", "edge")
BLOCKS = ("b1", "b2", "b3", "aspp")
GROUPING = Grouping(
    TASKS, BLOCKS, [[TASKS], [["semseg", "edge"], ["depth"]], [["semseg", "edge"], ["depth"]], [[t] for t in TASKS]]
)


def test_text_has_one_line_per_branch():
    assert GROUPING.to_text().splitlines() == [
        "stem: semseg, depth, edge",
        "└─ b1: semseg, depth, edge",
        "   ├─ b2 – b3: semseg, edge",  # noqa: RUF001
        "   │  ├─ aspp: semseg",
        "   │  └─ aspp: edge",
        "   └─ b2 – aspp: depth",  # noqa: RUF001
    ]


def test_dot_is_a_tree_with_a_head_per_task():
    dot = GROUPING.to_dot()
    nodes, edges = dot.count("[label="), dot.count(" -> ")
    assert nodes == 1 + 5 + 3  # stem, branches, heads
    assert edges == nodes - 1


def test_dot_escapes_names():
    dot = Grouping.shared(['say "hi"', "back\\slash"], ["b"]).to_dot()
    assert 'say \\"hi\\"' in dot
    assert "back\\\\slash" in dot
