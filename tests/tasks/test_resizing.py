"""Labels of another size."""

import numpy as np

from bmt_tf.tasks.resizing import bicubic_directions, nearest


def test_nearest_takes_the_pixel_at_the_rounded_down_place():
    label = np.arange(12, dtype=np.uint8).reshape(2, 6, 1)
    assert nearest(label, (1, 4))[..., 0].tolist() == [[0, 1, 3, 4]]
    np.testing.assert_array_equal(nearest(label, (4, 12)), label.repeat(2, axis=0).repeat(2, axis=1))


def test_directions_are_interpolated_and_of_length_one_or_unknown():
    label = np.zeros([2, 3, 3], np.float32)
    label[..., 2] = 1
    label[0, 0], label[1, 2] = [1, 0, 0], np.nan
    larger = bicubic_directions(label, (4, 6))
    assert larger.dtype == np.float32
    assert np.isnan(larger[2:, 4:]).all() and np.isnan(larger).sum() == 12
    lengths = np.linalg.norm(larger, axis=-1)
    np.testing.assert_allclose(lengths[~np.isnan(lengths)], 1, atol=1e-6)
    assert 0 < larger[0, 2, 0] < 1
