"""Tests of how worlds are put together."""

import math

import numpy as np
import pytest

from bmt_tf.data.rendering.textures import PATTERNS
from bmt_tf.data.rendering.world import BOX, CYLINDER, ROUNDED, Frame
from bmt_tf.data.sets.scenes import CLASSES


def test_a_frame_turned_to_the_left_faces_the_right_hand_wall():
    assert Frame(1, 2, 3, math.pi / 2).to_world((0, 0, 1)) == pytest.approx((2, 2, 3))
    assert Frame(0, 0, 0, 0, (2, 3, 4)).to_world((1, 1, 1)) == (2, 3, 4)


def test_solids_belong_to_the_object_that_was_begun_last(world):
    world.box(Frame(), (0, 0, 0), (1, 2, 3), 0)
    world.begin("wall", thing=False)
    world.cylinder(Frame(), (0, 0, 0), (1, 2, 3), world.paint((1, 0, 0), (0, 0.5, 0), "dots", 0.3, 0.5))
    world.ellipsoid(Frame(), (0, 0, 0), (1, 2, 3), 1, part=2)
    solids = world.solids()
    assert solids.owner.tolist() == [0, 1, 1] and solids.shape.tolist() == [BOX, CYLINDER, ROUNDED]
    assert [CLASSES[label] for label in solids.label] == ["object", "wall"] and solids.thing.tolist() == [True, False]
    assert solids.part.tolist() == [0, 0, 2] and solids.paint.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(solids.scale, np.array([[0.5], [1], [1.5]]) * np.ones(3))
    np.testing.assert_allclose(solids.colours[:, :, 1], [[1, 0, 0], [0, 0.25, 0]])
    assert PATTERNS[solids.pattern[1]] == "dots" and solids.grain[1] == np.float32(0.3) and solids.glow[1] == 0.5


@pytest.mark.parametrize("end", [(0, 2, 0), (1, 2, 3), (-1, 0, 0), (0, -1, 1e-9)])
def test_rods_run_from_start_to_end_in_right_handed_axes(world, end):
    world.rod(Frame(), (0, 0, 0), end, 0.25, 0)
    world.rod(Frame(), (0, 0, 0), end, 0.25, 0, rounded=False)
    solids = world.solids()
    length = math.hypot(*end)
    assert solids.length.tolist() == pytest.approx([length / 2 / 0.25, 0])
    assert solids.scale[:, 1].tolist() == pytest.approx([0.25, length / 2, 0.25])
    for rotation in np.moveaxis(solids.rotation, 2, 0):
        np.testing.assert_allclose(rotation @ [0, length, 0], end, atol=1e-6)
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
        assert np.linalg.det(rotation) == pytest.approx(1, rel=1e-5)


def test_random_paints_keep_to_their_ranges(world):
    for _ in range(50):
        world.random_paint("stripes", "dots", value=(0.5, 0.6), grain=(0.1, 0.2))
    world.box(Frame(), (0, 0, 0), (1, 1, 1), 0)
    solids = world.solids()
    assert {PATTERNS[number] for number in solids.pattern[1:]} == {"stripes", "dots"}
    brightest = np.sqrt(solids.colours[0, :, 1:].max(0))
    assert brightest.min() >= 0.4999 and brightest.max() <= 0.6001
    assert solids.grain[1:].min() >= 0.0999 and solids.grain[1:].max() <= 0.2001
