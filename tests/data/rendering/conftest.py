"""Worlds, and what is seen of them."""

import random
from types import SimpleNamespace

import pytest

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.casting import cast, surface
from bmt_tf.data.rendering.rooms import RECIPES, lay_out_room
from bmt_tf.data.rendering.streets import lay_out_street
from bmt_tf.data.rendering.world import World
from bmt_tf.data.sets.scenes import CLASSES


@pytest.fixture
def world():
    """An empty world with one paint, numbered 0, and one object that solids belong to."""
    world = World(random.Random(0), CLASSES)
    world.paint((0.5, 0.5, 0.5))
    world.begin("object")
    return world


@pytest.fixture(scope="session")
def look():
    """The function `look(world, camera)`: solids, camera, depth, solid and surface; by default from the origin."""

    def look(world, camera=None):
        camera = camera or Camera.looking(48, 64, view=60, position=(0, 0, 0))
        solids = world.solids()
        depth, solid = cast(solids, camera)
        return SimpleNamespace(
            solids=solids, camera=camera, depth=depth, solid=solid, seen=surface(solids, camera, depth, solid)
        )

    return look


@pytest.fixture(scope="session")
def laid_out():
    """The function `laid_out(name, seed)`: the view of a scene of that name at 48 x 64."""

    def laid_out(name, seed):
        lay_out = lay_out_room if name in RECIPES else lay_out_street
        return lay_out(World(random.Random(seed), CLASSES), name, 48, 64)

    return laid_out
