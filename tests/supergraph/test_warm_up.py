"""The warm-up's tree puts the tasks of one candidate together, from the first block on."""

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.supergraph import warm_up_grouping

TASKS, BLOCKS = ("a", "b", "c", "d", "e"), ("one", "two")


def test_as_many_candidates_as_tasks_is_the_separate_tree():
    assert warm_up_grouping(TASKS, BLOCKS, encoder="small") == Grouping.separate(TASKS, BLOCKS, "small")
    assert warm_up_grouping(TASKS, BLOCKS, 7) == Grouping.separate(TASKS, BLOCKS)


def test_fewer_candidates_are_shared_by_remainder():
    grouping = warm_up_grouping(TASKS, BLOCKS, 2)
    assert grouping.partitions == ((("a", "c", "e"), ("b", "d")),) * 2


def test_no_candidates_are_refused():
    with pytest.raises(ValueError, match=r"`candidates` must be at least 1. Received: candidates=0"):
        warm_up_grouping(TASKS, BLOCKS, 0)
