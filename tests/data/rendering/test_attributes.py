"""What is said of a scene as a whole."""

import numpy as np
import pytest

from bmt_tf.data.rendering.attributes import ATTRIBUTES, attribute_values
from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.furniture import furnish
from bmt_tf.data.rendering.lighting import Atmosphere, Light, View
from bmt_tf.data.rendering.people import add_person
from bmt_tf.data.rendering.world import Frame

LAMP = Light((0, 3, 0), (1, 1, 1), 2.0)


@pytest.fixture
def said(world, look):
    """The function `said(*lights, camera, atmosphere, indoors)`: the set of the attributes of the world."""

    def said(*lights, camera=None, atmosphere=None, indoors=True):
        seen = look(world, camera or Camera.looking(48, 64, view=60, position=(0, 1, 0)))
        view = View(world, seen.camera, lights or (LAMP,), atmosphere or Atmosphere((0.5, 0.5, 0.5)))
        values = attribute_values(view, seen.solids, seen.depth, seen.solid, indoors)
        assert values.dtype == np.uint8 and values.shape == (40,)
        return {name for name, value in zip(ATTRIBUTES, values, strict=True) if value}

    return said


def test_things_are_there_when_they_are_seen(world, said):
    world.box(Frame(), (0, 1, 9), (1, 1, 1), 0)  # behind the camera
    furnish(world, "chair", Frame(-1, 0, -4))
    furnish(world, "sofa", Frame(1, 0, -5))
    furnish(world, "bed", Frame(0, 0, 4))
    assert said() == {"has_chair", "has_sofa", "several_seats", "indoors", "shows_sky", "far_view"}


def test_people_who_sit_are_people(world, said):
    world.box(Frame(), (0, 1, 9), (1, 1, 1), 0)
    add_person(world, Frame(0, 0, -4), sitting=True)
    assert said() >= {"has_person", "has_sitting_person"} and "several_people" not in said()
    add_person(world, Frame(-1, 0, -4))
    assert "several_people" in said()


def test_light_and_camera(world, said):
    world.box(Frame(), (0, 1, -1.4), (1, 1, 0.2), 0)
    assert said() == {"indoors", "shows_sky", "near_thing", "large_thing"}
    sun = Light((0, 90, 0), (1, 1, 1))
    dim = Atmosphere((0.1, 0.1, 0.1), haze=50)
    assert said(sun, atmosphere=dim, indoors=False) >= {"sunlit", "hazy", "dim"}
    turned = Camera.looking(48, 64, view=60, position=(0, 1, 0), pitch=-10, roll=2)
    assert said(camera=turned) >= {"looks_down", "tilted"}
    assert not said(camera=Camera.looking(48, 64, view=60, position=(0, 1, 0), pitch=10)) & {"looks_down", "tilted"}
