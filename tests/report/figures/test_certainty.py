"""The figure of certainty tells decided blocks from undecided ones, beside chance."""

import numpy as np

from bmt_tf.affinity import tree_certainty
from bmt_tf.grouping import Grouping
from bmt_tf.report.figures import certainty_picture

TREE = Grouping(("a", "b", "c"), ("first", "second"), [[("a", "b", "c")], [("a", "b"), ("c",)]])


def test_blocks_and_what_their_colours_mean_are_named():
    picture = certainty_picture(tree_certainty(np.array([np.ones((3, 3)), np.full((3, 3), 0.4)]), TREE))
    for word in ("first", "second", "undecided", "chance"):
        assert f">{word}<" in picture


def test_where_all_are_decided_no_colour_of_the_undecided_is_explained():
    sure = np.array([np.ones((3, 3)), np.eye(3)])
    sure[1, 0, 1] = sure[1, 1, 0] = 1
    assert "undecided" not in certainty_picture(tree_certainty(sure, TREE))
