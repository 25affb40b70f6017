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
