"""Files of depth: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task


class TestDepth(LabelKindContract):
    task = get_task("depth")
    label = np.array([[0.25, 1, 2.125], [np.nan, 9, 65]], np.float32)[..., None]
    wrong = np.full([2, 3], -1.0)
    tolerance = 0.00051  # rounded to millimetres


def test_depth(read, row):
    task = get_task("depth")
    np.testing.assert_allclose(read(task, row(0, 2500, dtype=np.uint16)).ravel(), [np.nan, 2.5])
    np.testing.assert_allclose(
        read(task, row(9, 10, dtype=np.uint16), metres_per_step=0.5, invalid=9).ravel(), [np.nan, 5]
    )
    values = row(np.nan, np.inf, 0, 255.0, dtype=float)
    np.testing.assert_array_equal(read(task, values, ".npy").ravel(), [np.nan, np.nan, np.nan, 255])
    with pytest.raises(ValueError, match=r"positive depths in metres\. Received: -1\.0 in 1 places"):
        read(task, row(-1, 2, dtype=float), ".npy")
