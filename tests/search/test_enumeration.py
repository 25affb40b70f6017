"""All trees: as many as brute force finds, the same ones, numbered from everything shared to everything apart."""

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.search import all_groupings, number_of_trees
from bmt_tf.search.enumeration import MOST_TREES

BLOCKS = ("one", "two", "three", "four")


@pytest.mark.parametrize(
    ("tasks", "blocks", "number"),
    [(1, 4, 1), (2, 4, 5), (3, 1, 5), (3, 3, 22), (3, 4, 35), (4, 2, 60), (4, 3, 154), (5, 2, 358)],
)
def test_trees_are_those_that_brute_force_finds(all_trees, tasks, blocks, number):
    names = tuple("abcde"[:tasks])
    found = all_groupings(names, BLOCKS[:blocks])
    assert len(found) == len(set(found)) == number_of_trees(tasks, blocks) == number
    assert set(found) == set(all_trees(names, BLOCKS[:blocks]))


def test_the_first_shares_everything_the_last_nothing_and_those_that_share_the_first_block_stand_together():
    names = ("a", "b", "c")
    found = all_groupings(names, BLOCKS)
    assert (found[0], found[-1]) == (Grouping.shared(names, BLOCKS), Grouping.separate(names, BLOCKS))
    first_shared = [tree.branches[0] == 1 for tree in found]
    assert first_shared == [True] * 22 + [False] * 13
    assert [tree.partitions[1:] for tree in found[:22]] == [t.partitions for t in all_groupings(names, BLOCKS[1:])]


@pytest.mark.parametrize(
    ("tasks", "blocks", "number"),
    [(5, 6, "14,532"), (9, 1, "21,147"), (40, 18, r"about 10\^85")],
)
def test_too_many_trees_are_refused_with_their_number(tasks, blocks, number):
    names, places = ([f"{kind}{n}" for n in range(count)] for kind, count in (("task", tasks), ("block", blocks)))
    with pytest.raises(ValueError, match=f"at most {MOST_TREES:,} trees .* Received: {number}, of {tasks} tasks over"):
        all_groupings(names, places)
