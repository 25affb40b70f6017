"""Files of normals: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task


class TestNormals(LabelKindContract):
    task = get_task("normals")
    label = np.array([[[0, 0, 1], [0.6, 0, 0.8], [-1, 0, 0]], [[np.nan] * 3, [0, -0.8, 0.6], [0, 1, 0]]], np.float32)
    wrong = np.zeros([2, 3])
    tolerance = 0.007  # rounded to 1/125, at most 0.4 degrees


def test_normals_are_unit_vectors(read, row):
    task = get_task("normals")
    pixels = np.array([[[128, 128, 253], [0, 0, 0], [253, 128, 253]]], np.uint8)
    expected = [[0, 0, 1], [np.nan] * 3, [0.5**0.5, 0, 0.5**0.5]]
    np.testing.assert_allclose(read(task, pixels, invalid=[0, 0, 0])[0], expected, atol=1e-6)
    np.testing.assert_allclose(
        read(task, np.array([[[127, 128, 127], [0, 127, 128]]], np.uint8), zero=127.5, scale=127.5)[0],
        [[np.nan] * 3, [-1, 0, 0]],
        atol=0.005,
    )
    vectors = np.array([[[0, 0, 0], [0, -2, 0], [np.nan, 0, 1]]])
    np.testing.assert_array_equal(read(task, vectors, ".npy")[0], [[np.nan] * 3, [0, -1, 0], [np.nan] * 3])
    with pytest.raises(ValueError, match=r"have the shape \[H, W, 3\]. Received: shape \[1, 2\]"):
        read(task, row(0, 1))


DIRECTIONS = np.array([[[0, 0, 1], [0.6, 0, 0.8], [-1, 0, 0], [0, -0.8, 0.6]]])
NORMALS = get_task("normals")


@pytest.mark.parametrize(
    "stored", [(DIRECTIONS + 1) / 2, (DIRECTIONS + 1) * 127.5, DIRECTIONS * 127, abs(DIRECTIONS) / 100]
)
def test_fractions_that_are_no_unit_vectors_are_refused_and_the_setting_named(read, stored):
    with pytest.raises(ValueError, match=r"label\.npy: .*length 1, .*`zero`, `scale`.*`encoded_floats`.*Received: "):
        read(NORMALS, stored, ".npy")


def test_fractions_may_be_encoded_as_whole_numbers_are(read):
    for zero in (0.5, 127.5):
        label = read(NORMALS, (DIRECTIONS + 1) * zero, ".npy", zero=zero, scale=zero, encoded_floats=True)
        np.testing.assert_allclose(label, DIRECTIONS, atol=1e-6)


def test_directions_that_are_all_positive_are_read(read):
    np.testing.assert_allclose(read(NORMALS, abs(DIRECTIONS), ".npy"), abs(DIRECTIONS), atol=1e-6)


def test_black_pixels_are_no_label(read):
    pixels = np.array([[[0, 0, 0], [128, 128, 253]]], np.uint8)
    for encoding in ({}, {"zero": 127.5, "scale": 127.5}):
        assert np.isnan(read(NORMALS, pixels, **encoding)[0, 0]).all()
    with pytest.raises(ValueError, match=r"`invalid`.*Received: lengths up to 1\.774, 1 of them above 1\.5"):
        read(NORMALS, pixels, invalid=None)


def test_white_pixels_are_refused_unless_the_description_says_that_they_are_no_label(read):
    pixels = np.array([[[255, 255, 255], [128, 128, 253]]], np.uint8)
    with pytest.raises(ValueError, match=r"`invalid`.*Received: lengths up to 1\.76"):
        read(NORMALS, pixels)
    for invalid in (255, [255, 255, 255]):
        assert np.isnan(read(NORMALS, pixels, invalid=invalid)[0, 0]).all()
