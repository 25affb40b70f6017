"""Tests of the people."""

import random

import numpy as np
import pytest

from bmt_tf.data.rendering.people import HEAD, LOWER_ARM, LOWER_LEG, TORSO, UPPER_ARM, UPPER_LEG, add_person
from bmt_tf.data.rendering.world import Frame, World
from bmt_tf.data.sets.scenes import CLASSES


def _person(seed, sitting=False, at=Frame()):  # noqa: B008
    world = World(random.Random(seed), CLASSES)
    add_person(world, at, sitting)
    return world.solids()


def _ends(solids, number):
    along = solids.rotation[:, 1, number] * solids.length[number] * solids.scale[1, number]
    return solids.centre[:, number] - along, solids.centre[:, number] + along


@pytest.mark.parametrize("sitting", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_a_person_has_all_parts_and_limbs_hang_together(seed, sitting):
    solids = _person(seed, sitting)
    assert set(solids.part) == {HEAD, TORSO, UPPER_ARM, LOWER_ARM, UPPER_LEG, LOWER_LEG}
    assert {CLASSES[label] for label in solids.label} == {"person"}
    for upper, lower in ((UPPER_ARM, LOWER_ARM), (UPPER_LEG, LOWER_LEG)):
        for number in np.flatnonzero(solids.part == upper):
            joint = _ends(solids, number)[1]
            starts = [_ends(solids, k)[0] for k in np.flatnonzero(solids.part == lower)]
            assert min(np.linalg.norm(start - joint) for start in starts) < 1e-5


def test_people_stand_upright_on_the_ground():
    heights = []
    for seed in range(20):
        solids = _person(seed)
        head, legs = solids.centre[1][solids.part == HEAD], solids.centre[1][solids.part == LOWER_LEG]
        assert head.min() > 1.5 and legs.max() < 0.9
        heights.append((solids.centre[1] - solids.scale[1]).min())
    assert -0.05 < np.mean(heights) < 0.12


def test_the_person_in_a_larger_frame_is_taller():
    low, high = (_person(0, at=Frame(stretch=(size,) * 3)).centre[1].max() for size in (1.0, 1.1))
    assert high == pytest.approx(1.1 * low, rel=1e-5)
