"""Sizes of matchings against augmenting paths found one by one."""

import numpy as np
import pytest

from bmt_tf.tasks.edges import matching
from bmt_tf.tasks.edges.matching import matched_counts


def matching_size(sources, targets, distance):
    """Returns the size of a largest matching, by searching one path at a time."""
    near = [np.flatnonzero(np.hypot(*(targets - source).T) <= distance) for source in sources]
    partner = {}

    def search(source, seen):
        for target in near[source]:
            if target not in seen:
                seen.add(target)
                if target not in partner or search(partner[target], seen):
                    partner[target] = source
                    return True
        return False

    return sum(search(source, set()) for source in range(len(sources)))


def line(row, columns):
    return np.array([[row, column] for column in columns])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("order", ["growing", "up and down"])
def test_every_set_has_its_largest_matching(seed, order):
    """Sets that shrink again take partners away, also from where a search had found no way."""
    rng = np.random.default_rng(seed)
    positions = np.argwhere(rng.random((9, 14)) < rng.uniform(0.2, 0.9))
    targets = np.argwhere(rng.random((9, 14)) < rng.uniform(0.1, 0.6))
    scores = rng.random(len(positions))
    if order == "growing":
        maps = np.array([scores > threshold for threshold in np.linspace(0, 1, 25)])
    else:
        thresholds = 0.6 + 0.5 * np.sin(np.arange(40) / 3)
        maps = np.array([scores + 0.3 * rng.random(len(scores)) > threshold for threshold in thresholds])
    distance = rng.choice([1, 1.5, 2, 3])
    expected = [matching_size(positions[one], targets, distance) for one in maps]
    np.testing.assert_array_equal(matched_counts(maps, positions, targets, distance), expected)


def test_lines_shift_along_themselves():
    """Nine pixels over ten, one pixel beside: only a chain of shifts gives every pixel its own partner."""
    positions, targets = line(1, range(9)), line(0, range(1, 10))
    every = np.ones((1, 9), bool)
    assert matched_counts(every, positions, targets, 1.0).tolist() == [8]
    assert matched_counts(every, positions, targets, np.sqrt(2)).tolist() == [9]


def test_the_distance_is_inclusive():
    one = np.ones((1, 1), bool)
    for distance, size in ((5.0, 1), (4.999, 0)):
        assert matched_counts(one, np.array([[0, 0]]), np.array([[3, 4]]), distance).tolist() == [size]
    # 0.0075 of the diagonal of 300 x 400 pixels is 3.75; 3.7 * (1 / 0.74) is 5 up to rounding.
    assert matched_counts(one, np.array([[0, 0]]), np.array([[3, 4]]), 0.01 * np.hypot(300, 400)).tolist() == [1]


def test_two_pixels_cannot_share_a_partner():
    positions = np.array([[0, 0], [0, 2], [9, 9]])
    maps = np.array([[True, True, True], [False, True, True], [False, False, True]])
    assert matched_counts(maps, positions, np.array([[0, 1]]), 1.0).tolist() == [1, 1, 0]


def test_nothing_matches_nothing():
    empty, some = np.zeros((0, 2), int), np.array([[1, 1]])
    assert matched_counts(np.zeros((3, 0), bool), empty, some, 1.0).tolist() == [0, 0, 0]
    assert matched_counts(np.ones((3, 1), bool), some, empty, 1.0).tolist() == [0, 0, 0]
    assert matched_counts(np.ones((3, 1), bool), some, some + 5, 1.0).tolist() == [0, 0, 0]


@pytest.mark.parametrize("at_once", [1, 40])
def test_edges_of_large_images_that_are_not_kept_give_the_same(monkeypatch, at_once):
    rng = np.random.default_rng(0)
    positions, targets = (np.argwhere(rng.random((30, 40)) < share) for share in (0.4, 0.2))
    scores = rng.random(len(positions))
    maps = np.array([scores > threshold for threshold in np.linspace(0, 1, 25)])
    kept = matched_counts(maps, positions, targets, 3.0)
    monkeypatch.setattr(matching, "_STORED_EDGES", 0)
    monkeypatch.setattr(matching, "_EDGES_AT_ONCE", at_once)
    np.testing.assert_array_equal(matched_counts(maps, positions, targets, 3.0), kept)
