"""Tests of ray casting against formulas, brute force and finite differences."""

import numpy as np
import pytest

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.world import Frame

HERE = Frame()
TILTED = {"position": (0.3, 0.2, 0.5), "yaw": 12, "pitch": -9, "roll": 7}


def test_a_sphere_on_the_axis_is_seen_at_its_distance_less_its_radius(world, look):
    world.ellipsoid(HERE, (0, 0, -5), (2, 2, 2), 0)
    seen = look(world, Camera.looking(65, 65, view=60, position=(0, 0, 0)))
    assert seen.depth[32, 32] == pytest.approx(4, rel=1e-6)
    # Seen under an angle whose sine is 1/5; the focal length is 32.5 / tan(30 degrees).
    radius = 32.5 / np.tan(np.pi / 6) * np.tan(np.arcsin(0.2))
    assert (seen.solid == 0).sum() == pytest.approx(np.pi * radius**2, rel=0.03)
    assert np.isinf(seen.depth[0, 0]) and seen.solid[0, 0] == -1


def test_depth_is_measured_along_the_axis_not_along_the_ray(world, look):
    world.box(HERE, (0, 0, -4), (100, 100, 2), 0)
    np.testing.assert_allclose(look(world).depth, 3, rtol=1e-6)


def test_depth_of_the_floor_is_the_formula_of_a_plane(world, look):
    world.box(HERE, (0, -1.5, 0), (200, 1, 200), 0)
    camera = Camera.looking(48, 64, view=60, position=(0.3, 0.2, 0.5), yaw=12, pitch=-40, roll=7)
    seen = look(world, camera)
    rays = np.einsum("ji,jhw->ihw", camera.rotation, camera.points(np.ones([48, 64], np.float32)))
    np.testing.assert_allclose(seen.depth, (-1 - 0.2) / rays[1], rtol=1e-4)
    np.testing.assert_allclose(seen.seen.normals, np.array([[0], [1], [0]]) * np.ones([1, 48 * 64]), atol=1e-6)


def _inside(kind, points):
    x, y, z = points
    if kind == "box":
        return (abs(x) <= 0.6) & (abs(y) <= 0.4) & (abs(z) <= 0.8)
    if kind == "cylinder":
        return ((x / 0.6) ** 2 + (z / 0.8) ** 2 <= 1) & (abs(y) <= 0.4)
    if kind == "ellipsoid":
        return (x / 0.6) ** 2 + (y / 0.4) ** 2 + (z / 0.8) ** 2 <= 1
    return x**2 + np.maximum(abs(y) - 0.5, 0) ** 2 + z**2 <= 0.3**2


def _add(world, kind, at):
    if kind == "capsule":
        world.rod(at, (0, -0.5, 0), (0, 0.5, 0), 0.3, 0)
    else:
        getattr(world, kind)(at, (0, 0, 0), (1.2, 0.8, 1.6), 0)


@pytest.mark.parametrize("kind", ["box", "cylinder", "ellipsoid", "capsule"])
def test_every_shape_is_met_where_small_steps_along_the_ray_first_enter_it(world, look, kind):
    at = Frame(0.2, -0.3, -3.5, 0.7)
    _add(world, kind, at)
    camera = Camera.looking(24, 32, view=50, **TILTED)
    steps = np.arange(2, 7, 0.01, dtype=np.float32)
    rays = np.einsum("ji,jhw->ihw", camera.rotation, camera.points(np.ones([24, 32], np.float32)))
    points = rays[..., None] * steps + camera.position.reshape(3, 1, 1, 1) - np.reshape(at[:3], (3, 1, 1, 1))
    x, y, z = points
    local = np.stack([np.cos(0.7) * x - np.sin(0.7) * z, y, np.sin(0.7) * x + np.cos(0.7) * z])
    inside = _inside(kind, local)
    stepped = np.where(inside.any(-1), steps[inside.argmax(-1)], np.inf)
    depth = look(world, camera).depth
    both = np.isfinite(stepped)
    assert both.sum() > 40 and np.isfinite(depth[both]).all()
    assert (np.isfinite(depth) & ~both).sum() <= 4  # a step may miss a grazed edge
    np.testing.assert_allclose(depth[both], stepped[both], atol=0.0101)


@pytest.mark.parametrize("kind", ["box", "cylinder", "ellipsoid", "capsule"])
def test_points_lie_on_the_shape_and_normals_point_out_of_it(world, look, kind):
    _add(world, kind, Frame(0.2, -0.3, -3.5, 0.7))
    seen = look(world, Camera.looking(24, 32, view=50, **TILTED)).seen
    assert not _inside(kind, seen.local + 0.01 * seen.local_normals).any()
    assert _inside(kind, seen.local - 0.01 * seen.local_normals).all()
    np.testing.assert_allclose(np.linalg.norm(seen.normals, axis=0), 1, rtol=1e-5)


def test_the_nearest_solid_wins_whatever_the_order(world, look):
    for far in (6, 3, 9):
        world.box(HERE, (0, 0, -far - 0.5), (20, 20, 1), 0)
    seen = look(world)
    assert (seen.solid == 1).all()
    np.testing.assert_allclose(seen.depth, 3, rtol=1e-6)


def test_what_is_behind_or_beside_the_camera_is_not_seen(world, look):
    world.ellipsoid(HERE, (0, 0, 4), (2, 2, 2), 0)
    world.box(HERE, (8, 0, -4), (1, 1, 1), 0)
    assert (look(world).solid == -1).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [(47, 63), (48, 64)])
@pytest.mark.parametrize("name", ["living_room", "library", "street", "car_park"])
def test_normals_are_the_slope_of_the_depth(laid_out, look, name, size):
    view = laid_out(name, 3)
    camera = Camera(*size, view.camera.focal, view.camera.position, view.camera.rotation)
    seen = look(view.world, camera)
    depth = np.where(seen.solid >= 0, seen.depth, 0)
    points = camera.points(depth)
    normals = np.zeros([3, *size], np.float32)
    normals[:, seen.solid >= 0] = camera.rotation @ seen.seen.normals
    middle, right, left = np.s_[:, 1:-1, 1:-1], np.s_[:, 1:-1, 2:], np.s_[:, 1:-1, :-2]
    above, below = np.s_[:, :-2, 1:-1], np.s_[:, 2:, 1:-1]
    slope = np.cross(points[right] - points[left], points[above] - points[below], axis=0)
    smooth = seen.solid[1:-1, 1:-1] >= 0
    for around in (right, left, above, below):
        smooth &= seen.solid[1:-1, 1:-1] == seen.solid[around[1:]]
        smooth &= (normals[middle] * normals[around]).sum(0) > 0.99
    cosine = (normals[middle] * slope).sum(0)[smooth] / np.linalg.norm(slope, axis=0)[smooth]
    assert smooth.mean() > 0.25
    assert np.percentile(cosine, 1) > np.cos(np.radians(2))
    towards = (normals * points).sum(0)[seen.solid >= 0]
    assert (towards <= 1e-3).all()
