"""What the files of Taskonomy mean, one by one."""

import numpy as np
import pytest

from bmt_tf.data.sets.taskonomy_labels import CLASS_WEIGHTS, CLASSES, PLACES, heat_of_map
from bmt_tf.tasks import get_task


def test_tables_are_as_long_as_their_classes():
    assert len(CLASSES) == len(CLASS_WEIGHTS) == 17 and CLASSES[-1] == "vase"
    assert len(PLACES) == 63 and (np.diff(PLACES) > 0).all() and PLACES[-1] < 365


@pytest.mark.parametrize("most", [65535, 500])
def test_heat_maps_are_from_zero_to_one_whatever_their_largest_number(tmp_path, write, most):
    stored = np.random.default_rng(0).integers(0, most + 1, [16, 16]).astype(np.uint16)
    write(tmp_path / "a.png", stored)
    label = heat_of_map(str(tmp_path / "a.png"), "a", get_task("depth", name="keypoints"))
    assert label.dtype == np.float32 and label.shape == (16, 16, 1)
    np.testing.assert_allclose(label[..., 0] * 65535, stored, rtol=1e-6)
