"""Files of heat maps: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task

KEYPOINTS = get_task("keypoints")


class TestKeypoints(LabelKindContract):
    task = KEYPOINTS
    label = np.array([[0, 1, 0.125], [0.3, 0.001, 0.9]], np.float32)[..., None]
    wrong = np.full([2, 3], 1.5)
    tolerance = 0.5001 / 65535


class TestTextureEdges(LabelKindContract):
    task = get_task("texture_edges")
    label = np.array([[0, 1, 0.125], [np.nan, 0.001, 0.9]], np.float32)[..., None]
    wrong = np.full([2, 3], -0.5)


def test_the_largest_possible_number_is_one(read, row):
    np.testing.assert_allclose(read(KEYPOINTS, row(0, 65535, 6554, dtype=np.uint16)).ravel(), [0, 1, 0.1], atol=1e-5)
    np.testing.assert_allclose(read(KEYPOINTS, row(0, 51)).ravel(), [0, 0.2])
    np.testing.assert_array_equal(read(KEYPOINTS, row(True, False, dtype=bool), ".npy").ravel(), [1, 0])


def test_a_stated_number_is_one_and_so_is_all_above_it(read, row):
    values = row(0, 164, 5243, dtype=np.uint16)
    np.testing.assert_allclose(read(KEYPOINTS, values, highest=328).ravel(), [0, 0.5, 1])
    assert np.isnan(read(KEYPOINTS, values, invalid=164).ravel()).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "values, suffix, message",
    [
        (np.uint8([[0, 1]]), ".png", "whole range .*`highest`.*Received: 0 and 1"),
        (np.array([[0, 255]]), ".npy", "from 0 to 1, .*`highest`.*Received: 255"),
        (np.array([[0, -1]]), ".npy", "below 0, .*`invalid`.*Received: -1"),
    ],
)
def test_what_is_no_heat_is_refused_and_the_setting_named(read, values, suffix, message):
    with pytest.raises(ValueError, match=message):
        read(KEYPOINTS, values, suffix)
