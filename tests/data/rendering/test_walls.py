"""Tests of the shell of rooms."""

import random

import numpy as np
import pytest

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.walls import build_shell, hang
from bmt_tf.data.rendering.world import World
from bmt_tf.data.sets.scenes import CLASSES


def _room(seed, hangings=(), day=True):
    world = World(random.Random(seed), CLASSES)
    build_shell(world, (4.0, 5.0, 2.5))
    hang(world, hangings, (4.0, 5.0, 2.5), day)
    return world


@pytest.mark.parametrize("angles, distance", [({}, 3.0), ({"yaw": 90}, 2.0), ({"yaw": -90}, 2.0), ({"pitch": 90}, 1.0)])
def test_walls_and_ceiling_are_where_the_size_says(look, angles, distance):
    camera = Camera.looking(9, 9, view=20, position=(0, 1.5, 3), **angles)
    np.testing.assert_allclose(look(_room(0), camera).depth[4, 4], distance, rtol=1e-5)


def test_hangings_do_not_overlap_and_stay_on_their_wall():
    most = (("window", 3), ("picture", 4), ("door", 3))
    for seed in range(20):
        world = _room(seed, most)
        shell = len(_room(seed).solids().label)
        solids = world.solids()
        size = np.einsum("ijp,jp->ip", np.abs(solids.rotation), solids.scale)
        low, high = solids.centre - size, solids.centre + size
        kinds = {CLASSES[label] for label in solids.label[shell:]}
        assert kinds <= {"window", "object", "door"}
        boxes = []
        for owner in range(shell, len(solids.label)):
            mine = solids.owner == owner
            if CLASSES[solids.label[owner]] != "object":
                boxes.append((low[:, mine].min(1), high[:, mine].max(1)))
        for k, (a, b) in enumerate(boxes):
            assert a[1] > -1e-3 and b[1] < 2.5 and a[0] > -2.2 and b[0] < 2.2 and a[2] > -0.2
            assert not any((a < d - 1e-4).all() and (c < b - 1e-4).all() for c, d in boxes[:k])


def test_windows_glow_more_by_day():
    glow = [max(_room(1, (("window", 3),), day).solids().glow) for day in (True, False)]
    assert glow[0] > glow[1] > 0
