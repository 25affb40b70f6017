"""How sure a tree is: shares of the chosen pairs, chance, and the words for both."""

import numpy as np
import pytest

from bmt_tf.affinity import certainty_lines, pairs_together, tree_certainty
from bmt_tf.grouping import Grouping

TASKS = ("semseg", "depth", "normals", "edge")


def chosen(*partitions):
    return Grouping(TASKS, [f"block_{number}" for number in range(len(partitions))], partitions)


def shares(default, pairs=()):
    """Returns `[T, T]` with one share for every pair but those named."""
    result = np.full((4, 4), float(default))
    np.fill_diagonal(result, 1)
    for (first, second), share in dict(pairs).items():
        t, u = TASKS.index(first), TASKS.index(second)
        result[t, u] = result[u, t] = share
    return result


JOINED = [TASKS]
PAIR = [("semseg", "normals"), ("depth",), ("edge",)]
ALONE = [(task,) for task in TASKS]


def one(share, partition):
    return tree_certainty([share], chosen(partition))[0]


def test_a_pair_that_most_draws_join_is_decided():
    block = one(shares(0.04, {("semseg", "normals"): 0.8}), PAIR)
    assert block.share == 0.8 and not block.undecided
    assert block.words == "semseg + normals joined in 80 % of the draws"


def test_the_measured_coin_flip_is_undecided():
    """Of 100 draws at the rooms' block 14, 38 joined the chosen pair, 22 and 22 and 16 others."""
    others = {("depth", "normals"): 0.22, ("semseg", "depth"): 0.22, ("semseg", "edge"): 0.16}
    block = one(shares(0.01, {("semseg", "normals"): 0.38, **others}), PAIR)
    assert block.chance == pytest.approx(1 / 6)
    assert block.words == "semseg + normals joined in 38 % of the draws, by chance 17 %: undecided"


def test_a_pair_that_is_joined_no_more_often_than_any_other_is_undecided():
    assert one(shares(1), PAIR).undecided
    assert one(shares(1 / 3), [("semseg", "depth"), ("normals", "edge")]).undecided


def test_the_share_of_a_part_is_that_of_its_least_sure_pair():
    pairs = {("semseg", "depth"): 1.0, ("semseg", "edge"): 0.4, ("depth", "edge"): 0.4}
    block = one(shares(0, pairs), [("semseg", "depth", "edge"), ("normals",)])
    assert block.share == 0.4 and block.undecided


def test_of_two_parts_each_has_its_own_share():
    pairs = {("semseg", "depth"): 1.0, ("normals", "edge"): 0.25}
    block = one(shares(0.1, pairs), [("semseg", "depth"), ("normals", "edge")])
    assert block.words.startswith("semseg + depth joined in 100 %, normals + edge joined in 25 % of the draws")
    assert block.undecided


@pytest.mark.parametrize(("share", "undecided"), [(1.0, False), (0.8, False), (0.7, True), (0.5, True)])
def test_where_all_tasks_are_joined_chance_is_one_half(share, undecided):
    assert one(shares(share), JOINED).undecided == undecided


def test_every_task_alone_is_sure_where_no_draw_joins_any():
    block = one(shares(0), ALONE)
    assert block.words == "every task alone in 100 % of the draws" and not block.undecided


def test_every_task_alone_is_undecided_where_each_draw_joins_another_pair():
    assert one(shares(1 / 6), ALONE).undecided


def test_lines_say_the_sum_first_and_join_blocks_that_are_alike():
    coin = shares(0.1, {("semseg", "normals"): 0.3})
    lines = certainty_lines(tree_certainty([shares(1), shares(1), coin, coin], chosen(JOINED, JOINED, PAIR, PAIR)))
    assert lines[0] == "The draws leave 2 of 4 blocks undecided: block_2 to block_3."
    assert lines[1] == "block_0 to block_1: semseg + depth + normals + edge joined in 100 % of the draws"
    assert lines[2].startswith("block_2 to block_3: semseg + normals joined in 30 %") and len(lines) == 3


def test_lines_of_a_sure_tree_say_so():
    assert certainty_lines(tree_certainty([shares(1)], chosen(JOINED)))[0] == (
        "The draws agree with the choice at every block."
    )


def test_draws_that_all_choose_the_tree_are_sure_of_it():
    tree = chosen(JOINED, PAIR, ALONE)
    together = pairs_together(np.zeros((3, 3, 4, 4)), lambda affinity: tree)
    assert [block.share for block in tree_certainty(together, tree)] == [1, 1, 1]
    assert not any(block.undecided for block in tree_certainty(together, tree))


def test_refuses_shares_of_another_tree():
    with pytest.raises(ValueError, match=r"`together` must be \[L, T, T\] = \[1, 4, 4\]"):
        tree_certainty(np.ones((2, 4, 4)), chosen(JOINED))
    for wrong in (np.nan, 1.5):
        with pytest.raises(ValueError, match="`together` must hold shares from 0 to 1"):
            tree_certainty([shares(wrong)], chosen(JOINED))
