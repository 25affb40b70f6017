"""Tests of light and sensor."""

import numpy as np
import pytest

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.lighting import Atmosphere, Light, View, photograph
from bmt_tf.data.rendering.world import Frame

QUIET = Atmosphere((0.0, 0.0, 0.0), noise=0.0)


@pytest.fixture
def picture(look):
    """The function `picture(world, camera, lights, atmosphere)`."""

    def picture(world, camera=None, lights=(), atmosphere=QUIET):
        one = look(world, camera)
        view = View(world, one.camera, tuple(lights), atmosphere)
        return photograph(view, one.solids, one.seen, one.solid >= 0, np.random.default_rng(0)).astype(int)

    return picture


def _floor(world, *things):
    world.box(Frame(), (0, -2, -5), (40, 2, 40), 0)
    for centre in things:
        world.box(Frame(), centre, (1, 1, 1), 0)


def test_without_light_it_is_dark_but_for_what_glows(world, picture):
    world.box(Frame(), (1, 0, -4), (1, 1, 1), world.paint((1, 1, 1), glow=1.0))
    world.box(Frame(), (-1, 0, -4), (1, 1, 1), 0)
    image = picture(world)
    assert image.shape == (48, 64, 3)
    assert image[24, 16].max() == 0 and image[24, 46].min() > 200


def test_a_wall_is_brightest_where_it_faces_the_light(world, picture):
    world.box(Frame(), (0, 0, -5), (20, 20, 2), 0)
    image = picture(world, lights=[Light((-1.5, 0, -2), (1, 1, 1), 2.0)])[24, :, 0]
    # The foot of the light is at -1.5 m; at 4 m and 60 degrees, 32 columns are 2.31 m.
    assert abs(image.argmax() - (32 - 1.5 / 4 * 55.4)) <= 3
    assert image[0] < image.max() and image[63] < image.max()


def test_sunlight_follows_the_cosine(world, picture):
    world.box(Frame(), (0, 0, -5), (20, 20, 2), 0)
    full, slant = (picture(world, lights=[Light(p, (1, 1, 1))]) for p in ((0, 0, 9e4), (9e4 * 3**0.5, 0, 9e4)))
    linear = [x / (1 - x * 0.35) for x in ((image[24, 32, 0] / 255) ** 2 for image in (full, slant))]
    assert linear[1] / linear[0] == pytest.approx(0.5, abs=0.02)


def test_things_cast_shadows_away_from_the_light(world, picture):
    _floor(world, (0, -0.5, -6))
    camera = Camera.looking(48, 64, view=60, position=(0, 4, 0), pitch=-35)
    light = Light((-60, 60, -6), (1, 1, 1), 0.0, 14, (0, -1, -6))
    image = picture(world, camera, [light])[..., 0]
    column, row, _ = camera.project(np.array([[1.1, -1.1], [-1, -1], [-6, -6]], np.float32))
    shaded, lit = (image[int(r), int(c)] for r, c in zip(row, column, strict=True))
    assert shaded < 30 and lit > 100
    assert picture(world, camera, [Light((-60, 60, -6), (1, 1, 1))])[int(row[0]), int(column[0]), 0] > 100


def test_an_open_floor_does_not_shade_itself(world, picture):
    _floor(world)
    camera = Camera.looking(48, 64, view=60, position=(0, 2, 0), pitch=-35)
    for light in (
        Light((0, 2, -5), (1, 1, 1), 2.0, 132, (0, -1, -5)),
        Light((60, 40, 9), (1, 1, 1), 0.0, 18, (0, 0, -6)),
    ):
        shadeless = Light(light.position, light.colour, light.reach)
        np.testing.assert_array_equal(picture(world, camera, [light]), picture(world, camera, [shadeless]))


def test_haze_hides_what_is_far(world, picture):
    for x, z in ((-1, -3), (8, -30)):
        world.box(Frame(), (x, 0, z), (1, 8, 1), 0)
    air = Atmosphere((0.2, 0.2, 0.2), horizon=(0.9, 0.2, 0.2), haze=10.0, noise=0.0)
    image = picture(world, atmosphere=air)
    near, far, horizon = image[24, 13], image[24, 47], image[24, 32]
    assert abs(far - horizon).max() < 12 and abs(near - horizon).max() > 60


def test_noise_has_the_stated_deviation_and_comes_from_its_generator(world, picture):
    world.box(Frame(), (0, 0, -5), (20, 20, 2), 0)
    air = (Atmosphere((0.5, 0.5, 0.5), noise=deviation) for deviation in (0.0, 6.0, 6.0))
    clean, noisy, again = (picture(world, atmosphere=one) for one in air)
    assert np.std(noisy - clean) == pytest.approx(6, rel=0.05)
    np.testing.assert_array_equal(noisy, again)
