"""Agreement of trees and their consensus, against all trees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.grouping import Grouping
from bmt_tf.search import consensus_grouping, mean_agreement, pair_frequencies

TASKS, BLOCKS = ("a", "b", "c"), ("b1", "b2")
AB = Grouping(TASKS, BLOCKS, [[TASKS], [["a", "b"], ["c"]]])
BC = Grouping(TASKS, BLOCKS, [[TASKS], [["a"], ["b", "c"]]])
APART = Grouping.separate(TASKS, BLOCKS)


def test_frequencies_count_who_is_together():
    frequencies = pair_frequencies([AB, AB, BC, APART])
    assert frequencies.shape == (2, 3, 3)
    assert frequencies[0, 0, 1] == 0.75
    assert frequencies[1].tolist() == [[1, 0.5, 0], [0.5, 1, 0.25], [0, 0.25, 1]]


def test_mean_agreement_is_the_share_of_equal_pairs():
    assert mean_agreement([AB, AB]) == 1
    assert mean_agreement([AB, BC]) == pytest.approx(4 / 6)
    assert mean_agreement([AB, BC, APART]) == pytest.approx((4 + 2 + 2) / 18)


def test_order_of_tasks_may_differ():
    assert mean_agreement([AB, Grouping(TASKS[::-1], BLOCKS, AB.partitions)]) == 1


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
@settings(max_examples=15, deadline=None)
def test_consensus_disagrees_least_of_all_trees(all_trees, seeds):
    tasks, blocks = ("a", "b", "c", "d"), ("b1", "b2")
    given_trees = [
        Grouping.from_routing(tasks, blocks, np.random.default_rng(seed).integers(0, 3, (2, 4))) for seed in seeds
    ]
    frequencies = pair_frequencies(given_trees)

    def disagreement(tree):
        return np.abs(pair_frequencies([tree]) - frequencies).sum()

    least = min(map(disagreement, all_trees(tasks, blocks)))
    assert disagreement(consensus_grouping(given_trees)) == pytest.approx(least)


def test_consensus_of_equal_trees_is_that_tree():
    assert consensus_grouping([BC, BC, BC]) == BC
    assert consensus_grouping([AB, APART, AB]) == AB


def test_consensus_of_many_tasks_is_the_most_central_of_those_given():
    tasks = tuple("abcdefghij")
    halves = Grouping(tasks, ("x",), [[tasks[:5], tasks[5:]]])
    near = Grouping(tasks, ("x",), [[tasks[:4], tasks[4:]]])
    assert consensus_grouping([Grouping.shared(tasks, ("x",)), halves, near, halves]) == halves


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="none"):
        pair_frequencies([])
    with pytest.raises(ValueError, match="same blocks"):
        consensus_grouping([AB, Grouping.shared(TASKS, ("b1", "b3"))])
    with pytest.raises(ValueError, match="1 groupings of 3 tasks"):
        mean_agreement([AB])
    with pytest.raises(ValueError, match="0 groupings"):
        mean_agreement([])
    with pytest.raises(ValueError, match="1 tasks"):
        mean_agreement([Grouping.shared(["a"], ["b"])] * 2)
