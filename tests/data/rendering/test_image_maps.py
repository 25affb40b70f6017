"""Heat maps of pictures that are drawn by hand."""

import numpy as np
import pytest

from bmt_tf.data.rendering.image_maps import key_point_map, texture_edge_map


def picture(grey):
    return np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=-1)


@pytest.fixture
def square():
    """A white square on black: rows 6 to 21, columns 8 to 25."""
    grey = np.zeros([28, 34])
    grey[6:22, 8:26] = 255
    return picture(grey)


def test_what_has_no_contrast_has_no_heat():
    for make in (texture_edge_map, key_point_map):
        heat = make(picture(np.full([9, 12], 90)))
        assert heat.shape == (9, 12, 1) and heat.dtype == np.float32 and not heat.any()


def test_edges_are_hot_along_the_outline_and_points_at_the_corners(square):
    edges, points = texture_edge_map(square)[..., 0], key_point_map(square)[..., 0]
    assert edges[13, 8] == edges[13, 7] == 1 and edges[13, 16] == 0 and edges[2, 2] == 0
    assert points[13, 8] == pytest.approx(0, abs=1e-5) and points[6, 16] == pytest.approx(0, abs=1e-5)
    corners = points[[6, 6, 21, 21], [8, 25, 8, 25]]
    np.testing.assert_allclose(corners, corners[0], atol=1e-5)
    assert corners[0] > 0.3 and 0 <= points.min() and points.max() <= 1


@pytest.mark.parametrize("make", [texture_edge_map, key_point_map])
def test_a_turned_picture_has_a_turned_map(square, make):
    noisy = square // 2 + np.random.default_rng(0).integers(0, 100, square.shape).astype(np.uint8)
    np.testing.assert_allclose(make(np.rot90(noisy)), np.rot90(make(noisy)), atol=1e-5)
    np.testing.assert_allclose(make(noisy[:, ::-1]), make(noisy)[:, ::-1], atol=1e-5)
