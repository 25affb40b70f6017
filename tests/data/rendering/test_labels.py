"""Tests of the labels on worlds simple enough to say what they must be."""

import numpy as np
import pytest

from bmt_tf.data.rendering import labels
from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.world import Frame
from bmt_tf.data.sets.scenes import CLASSES

ROOMS_AND_STREETS = [("bedroom", 1), ("library", 2), ("corridor", 3), ("street", 4), ("park", 5), ("car_park", 6)]


@pytest.fixture
def wall_and_box(world, look):
    """A wall 8 m away, a box of 2 m before it in the middle; the camera looks straight at it."""
    world.begin("wall", thing=False)
    world.box(Frame(), (0, 0, -9), (30, 30, 2), 0)
    world.begin("table")
    world.box(Frame(), (0, 0, -5), (2, 2, 2), 0)
    return look(world, Camera.looking(40, 40, view=90, position=(0, 0, 0)))


def test_classes_depth_and_normals_of_a_box_before_a_wall(wall_and_box):
    one = wall_and_box
    # The box's front is 4 m away and reaches 1 m to each side: 20 / 4 pixels from the middle.
    square = np.zeros([40, 40, 1], bool)
    square[15:25, 15:25] = True
    classes = labels.class_map(one.solids, one.solid, CLASSES.index("sky"))
    np.testing.assert_array_equal(classes == CLASSES.index("table"), square)
    np.testing.assert_array_equal(classes == CLASSES.index("wall"), ~square)
    np.testing.assert_allclose(labels.depth_map(one.depth), np.where(square, 4.0, 8.0), rtol=1e-6)
    normals = labels.normal_map(one.camera, one.seen, one.solid)
    np.testing.assert_allclose(normals, np.broadcast_to([0, 0, 1], (40, 40, 3)), atol=1e-6)


def test_edges_are_the_rim_of_the_nearer_object(wall_and_box):
    rim = np.zeros([40, 40, 1], np.uint8)
    rim[15:25, 15:25] = 1
    rim[16:24, 16:24] = 0
    np.testing.assert_array_equal(labels.edge_map(wall_and_box.solids, wall_and_box.depth, wall_and_box.solid), rim)


def test_the_thing_is_salient_and_the_wall_is_not(wall_and_box):
    salient = labels.saliency_map(wall_and_box.solids, wall_and_box.depth, wall_and_box.solid)
    assert salient[15:25, 15:25].all() and salient.sum() == 100


def test_a_small_thing_at_the_border_is_not_salient_beside_a_large_one_in_the_middle(world, look):
    for x, size in ((0, 1.0), (1.6, 0.5)):
        world.begin("object")
        world.box(Frame(), (x, 0, -4), (size, size, 1), 0)
    one = look(world)
    salient = labels.saliency_map(one.solids, one.depth, one.solid)
    assert salient.any()
    np.testing.assert_array_equal(salient[..., 0], labels.object_map(one.solids, one.solid) == 1)


def test_parts_are_ignored_where_nobody_is(wall_and_box):
    parts = labels.part_map(wall_and_box.solids, wall_and_box.solid)
    assert parts.shape == (40, 40, 1) and parts.dtype == np.uint8 and (parts == 255).all()


def test_parts_of_somebody_on_background(world, look):
    world.begin("person")
    world.ellipsoid(Frame(), (0, 0, -4), (1, 1, 1), 0, part=3)
    one = look(world)
    np.testing.assert_array_equal(labels.part_map(one.solids, one.solid)[..., 0], np.where(one.solid >= 0, 3, 0))


def test_the_sky_has_a_class_but_neither_depth_nor_normals(world, look):
    world.ellipsoid(Frame(), (0, 0, -4), (1, 1, 1), 0)
    one = look(world)
    sky = one.solid < 0
    assert sky.any() and not sky.all()
    np.testing.assert_array_equal(labels.class_map(one.solids, one.solid, 14)[..., 0] == 14, sky)
    np.testing.assert_array_equal(np.isnan(labels.depth_map(one.depth))[..., 0], sky)
    np.testing.assert_array_equal(np.isnan(labels.normal_map(one.camera, one.seen, one.solid)).all(-1), sky)
    assert not labels.saliency_map(one.solids, one.depth, one.solid)[sky].any()


@pytest.mark.parametrize("name, seed", ROOMS_AND_STREETS)
def test_every_edge_borders_on_something_else_and_every_border_has_an_edge(laid_out, look, name, seed):
    view = laid_out(name, seed)
    one = look(view.world, view.camera)
    edges = labels.edge_map(one.solids, one.depth, one.solid)[..., 0] > 0
    objects = labels.object_map(one.solids, one.solid)
    beside = np.zeros_like(edges)
    for first, second in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        other = one.solid[first] != one.solid[second]
        beside[first] |= other
        beside[second] |= other
        border = objects[first] != objects[second]
        assert (edges[first] | edges[second])[border].all()
    assert beside[edges].all()
    assert 0.01 < edges.mean() < 0.25
