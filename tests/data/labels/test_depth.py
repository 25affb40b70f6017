"""Files of depth: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task

DEPTH = get_task("depth")


class TestDepth(LabelKindContract):
    task = DEPTH
    label = np.array([[0.25, 1, 2.125], [np.nan, 9, 65]], np.float32)[..., None]
    wrong = np.full([2, 3], -1.0)
    tolerance = 0.00051  # rounded to millimetres


def test_depth(read, row):
    np.testing.assert_allclose(read(DEPTH, row(0, 2500, dtype=np.uint16)).ravel(), [np.nan, 2.5])
    np.testing.assert_allclose(
        read(DEPTH, row(9, 10, dtype=np.uint16), metres_per_step=0.5, invalid=9).ravel(), [np.nan, 5]
    )
    values = row(np.nan, np.inf, 0, 99.0, 255.0, dtype=float)
    np.testing.assert_array_equal(read(DEPTH, values, ".npy").ravel(), [np.nan, np.nan, np.nan, 99, 255])
    with pytest.raises(ValueError, match=r"positive depths in metres, .*\. Received: -1\.0 in 1 places"):
        read(DEPTH, row(-1, 2, dtype=float), ".npy")


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.uint16, np.float64])
def test_an_array_is_in_metres_whatever_its_number_type(read, row, dtype):
    np.testing.assert_array_equal(read(DEPTH, row(0, 3, dtype=dtype), ".npy").ravel(), [np.nan, 3])


def test_whole_numbers_of_an_array_are_steps_where_the_description_says_so(read, row):
    encoding = {"metres_per_step": 0.001}
    np.testing.assert_allclose(read(DEPTH, row(3000, dtype=np.int32), ".npy", **encoding).ravel(), [3])
    np.testing.assert_array_equal(read(DEPTH, row(3.0, dtype=float), ".npy", **encoding).ravel(), [3])


@pytest.mark.parametrize(
    "values, suffix, encoding",
    [
        (np.array([[0.0, 2500.0]]), ".npy", {}),  # millimetres
        (np.array([[400.0, 900.0]]), ".npy", {}),
        (np.array([[0, 2500]]), ".npy", {}),
        (np.array([[0, 2500]], np.uint16), ".npy", {"metres_per_step": 1.0}),
        (np.array([[0, 3]], np.uint16), ".png", {}),  # metres taken for millimetres
        (np.array([[0, 3]]), ".npy", {"metres_per_step": 0.001}),
        (np.array([[40, 250]], np.uint8), ".png", {}),
        (np.array([[40, 250]], np.uint8), ".png", {"metres_per_step": 0.001}),
    ],
)
def test_depths_that_cannot_be_are_refused_and_the_setting_named(read, values, suffix, encoding):
    with pytest.raises(ValueError, match=rf"label{suffix}: .*`metres_per_step`.*Received: "):
        read(DEPTH, values, suffix, **encoding)


def test_8_bit_images_are_read_by_a_stated_step(read, row):
    np.testing.assert_allclose(read(DEPTH, row(0, 50), metres_per_step=0.04).ravel(), [np.nan, 2])


@pytest.mark.parametrize("suffix", [".png", ".npy"])
def test_the_largest_number_is_no_distance_unless_the_description_says_so(read, row, suffix):
    values, encoding = row(0, 2000, 65535, dtype=np.uint16), {"metres_per_step": 0.001}
    with pytest.raises(ValueError, match=r"`invalid` \[0, 65535\].*Received: 65535 in 1 places"):
        read(DEPTH, values, suffix, **encoding)
    label = read(DEPTH, values, suffix, **encoding, invalid=[0, 65535])
    np.testing.assert_array_equal(label.ravel(), np.float32([np.nan, 2, np.nan]))
    assert read(DEPTH, values, suffix, **encoding, range=[0.1, 70]).ravel()[2] == np.float32(65.535)


def test_a_stated_range_allows_unusual_distances(read, row):
    assert read(DEPTH, row(5000.0, dtype=float), ".npy", range=[1000, 9000]).ravel() == [5000]
    with pytest.raises(ValueError, match=r"depths from 1 to 5 metres.*Received: 6\.0"):
        read(DEPTH, row(2.0, 6.0, dtype=float), ".npy", range=[1, 5])


def test_true_and_false_are_no_depths(read, row):
    with pytest.raises(ValueError, match="Received: true and false"):
        read(DEPTH, row(True, False, dtype=bool), ".npy")
