"""Tests of setting examples aside."""

import numpy as np
import pytest

from bmt_tf.data import evenly_spread, split_indices


@pytest.mark.parametrize("held_out, number", [(3, 3), (0.3, 3), (0.39, 3)])
def test_both_sides_are_sorted_and_make_up_the_whole(held_out, number):
    rest, aside = split_indices(10, held_out, seed=1)
    assert len(aside) == number
    assert (np.diff(rest) > 0).all() and (np.diff(aside) > 0).all()
    assert sorted([*rest, *aside]) == list(range(10))


def test_the_seed_decides():
    assert split_indices(100, 20, seed=1)[1].tolist() == split_indices(100, 20, seed=1)[1].tolist()
    assert split_indices(100, 20, seed=1)[1].tolist() != split_indices(100, 20, seed=2)[1].tolist()


@pytest.mark.parametrize("held_out", [0, 10, 11, 0.01, 1.0, -1])
def test_neither_side_may_be_empty(held_out):
    with pytest.raises(ValueError, match="`held_out` must leave at least one of the 10 examples"):
        split_indices(10, held_out, seed=1)


def test_evenly_spread_numbers_run_from_the_first_to_the_last():
    assert evenly_spread(9, 3).tolist() == [0, 4, 8]
    assert evenly_spread(9, 1).tolist() == [0]
    assert evenly_spread(4, 9).tolist() == [0, 1, 2, 3]
    for total in range(1, 12):
        for count in range(1, total + 1):
            spread = evenly_spread(total, count)
            assert len(spread) == count and (np.diff(spread) > 0).all()
            assert spread.min() == 0 and (count == 1 or spread.max() == total - 1)
