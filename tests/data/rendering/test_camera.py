"""Tests of the pinhole camera against cases worked out by hand."""

import numpy as np
import pytest

from bmt_tf.data.rendering.camera import Camera


def test_a_view_of_90_degrees_sees_as_far_to_each_side_as_ahead():
    camera = Camera.looking(2, 4, view=90, position=(0, 0, 0))
    columns, rows = camera.slopes()
    np.testing.assert_allclose(columns, [-0.75, -0.25, 0.25, 0.75], rtol=1e-6)
    np.testing.assert_allclose(rows, [0.25, -0.25], rtol=1e-6)
    assert columns.dtype == rows.dtype == np.float32


@pytest.mark.parametrize(
    "angles, ahead, right, up",
    [
        ({}, (0, 0, -1), (1, 0, 0), (0, 1, 0)),
        ({"yaw": 90}, (-1, 0, 0), (0, 0, -1), (0, 1, 0)),
        ({"pitch": 90}, (0, 1, 0), (1, 0, 0), (0, 0, 1)),
        ({"roll": 90}, (0, 0, -1), (0, 1, 0), (-1, 0, 0)),
    ],
)
def test_angles_turn_the_camera(angles, ahead, right, up):
    camera = Camera.looking(4, 4, view=60, position=(5, 6, 7), **angles)
    np.testing.assert_allclose(camera.rotation @ np.array([right, up, ahead]).T, np.diag([1, 1, -1]), atol=1e-6)


def test_facing_puts_the_target_in_the_middle():
    target = np.array([[3.0], [0.5], [-4.0]], np.float32)
    camera = Camera.facing(10, view=50, position=(1, 2, 3), target=target.ravel())
    column, row, depth = camera.project(target)
    np.testing.assert_allclose([column[0], row[0]], [5, 5], atol=1e-4)
    assert depth[0] == pytest.approx(np.linalg.norm([2, 1.5, 7]), rel=1e-6)


def test_projection_undoes_back_projection():
    camera = Camera.looking(6, 9, view=70, position=(1, 2, 3), yaw=20, pitch=-10, roll=5)
    depth = np.linspace(1, 9, 54, dtype=np.float32).reshape(6, 9)
    points = camera.points(depth)
    assert points.dtype == np.float32 and points.shape == (3, 6, 9)
    in_world = np.einsum("ji,jhw->ihw", camera.rotation, points) + camera.position[:, None, None]
    columns, rows, far = camera.project(in_world)
    np.testing.assert_allclose(columns, np.broadcast_to(np.arange(9) + 0.5, (6, 9)), atol=1e-3)
    np.testing.assert_allclose(rows, np.broadcast_to(np.arange(6)[:, None] + 0.5, (6, 9)), atol=1e-3)
    np.testing.assert_allclose(far, depth, rtol=1e-5)
