"""Dynamic widening splits the last block that all share, as brute force over all groupings of its branches does."""

import itertools

import numpy as np
import pytest

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.search.widening import block_to_split, widened

TASKS = ("a", "b", "c", "d")
TABLE = CostTable("multiply_adds", 1, {"one": 8, "two": 4, "three": 2}, dict.fromkeys(TASKS, 1))
SHARED = Grouping.shared(TASKS, tuple(TABLE.blocks), encoder="made up")
NO_CAPS = (4, 4, 4)


def affinity(seed):
    values = np.random.default_rng(seed).uniform(0.3, 1, (4, 4))
    values = (values + values.T) / 2
    np.fill_diagonal(values, 1)
    return values


def separation(values, groups):
    """Returns one minus the mean over members of their smallest affinity in the group, as a mean over groups."""
    return np.mean([1 - np.mean([min(values[t, u] for u in group) for t in group]) for group in groups])


def by_brute_force(values, cost, alpha, cap):
    """Returns the cheapest grouping of four tasks, each a branch of its own."""
    found = {}
    for labels in itertools.product(range(4), repeat=4):
        groups = [[t for t in range(4) if labels[t] == label] for label in sorted(set(labels))]
        if len(groups) <= cap:
            price = (len(groups) - 1) * cost + alpha * separation(values, groups)
            found[frozenset(map(frozenset, groups))] = price
    return min(found, key=found.get)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("cap", [1, 2, 3, 4])
@pytest.mark.parametrize("alpha", [0.3, 1.0, 5.0])
def test_the_last_block_is_split_as_by_brute_force(seed, cap, alpha):
    best = by_brute_force(affinity(seed), 2 / 8, alpha, cap)
    tree = widened(SHARED, affinity(seed), TABLE, alpha, (4, 4, cap))
    if len(best) == 1:
        assert tree is None
    else:
        assert tree.partitions[:2] == SHARED.partitions[:2] and tree.encoder == "made up"
        assert {frozenset(map(TASKS.index, part)) for part in tree.partitions[2]} == best


def test_the_next_block_groups_the_branches_behind_it():
    pairs = np.array([[1, 0.9, 0.2, 0.2], [0.9, 1, 0.2, 0.2], [0.2, 0.2, 1, 0.9], [0.2, 0.2, 0.9, 1]])
    first = widened(SHARED, pairs, TABLE, 1.0, NO_CAPS)
    assert first.partitions[2] == (("a", "b"), ("c", "d"))
    second = widened(first, pairs, TABLE, 10.0, NO_CAPS)
    assert second.partitions == (SHARED.partitions[0], first.partitions[2], first.partitions[2])  # never finer than it


def test_the_price_of_a_branch_is_the_share_of_the_dearest_block():
    # Apart is better by 0.5 of separation: alpha has to pay for a quarter of the dearest block, at the next for a half.
    apart = np.where(np.eye(2, dtype=bool), 1, 0.5)
    table = CostTable("multiply_adds", 1, {"one": 8, "two": 4, "three": 2}, dict.fromkeys("ab", 1))
    shared = Grouping.shared(("a", "b"), tuple(table.blocks))
    assert widened(shared, apart, table, 0.49, NO_CAPS) is None
    split = widened(shared, apart, table, 0.51, NO_CAPS)
    assert split.branches == (1, 1, 2)
    assert widened(split, apart, table, 0.99, NO_CAPS) is None
    assert widened(split, apart, table, 1.01, NO_CAPS).branches == (1, 2, 2)


def test_growth_ends_at_a_cap_of_one_and_before_the_first_block():
    assert block_to_split(SHARED, (4, 4, 1)) is None
    assert block_to_split(SHARED, NO_CAPS) == "three"
    separate = Grouping.separate(TASKS, SHARED.blocks)
    assert block_to_split(separate, NO_CAPS) is None
    assert widened(separate, affinity(0), TABLE, 9.0, NO_CAPS) is None


def test_affinities_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"`affinity` must lie in \[0, 1\]"):
        widened(SHARED, affinity(0) * 2, TABLE, 1.0, NO_CAPS)
