"""Tests of the ground plan."""

import numpy as np

from bmt_tf.data.rendering.ground_plan import GroundPlan
from bmt_tf.data.rendering.people import HEAD


def test_rectangles_overlap_neither_each_other_nor_the_bounds(world):
    plan = GroundPlan(world, (0, 0, 4, 4))
    assert plan.claim(1, 1, 2, 2)
    assert not plan.claim(2.5, 1.5, 1.2, 1.2)
    assert plan.claim(3, 1, 2, 2)
    assert not plan.claim(3.5, 3.5, 1.2, 0.5)
    assert plan.claim(2, 3, 4, 2)
    assert not plan.claim(2, 2, 0.1, 0.1)


def test_a_turned_piece_claims_its_turned_rectangle(world):
    plan = GroundPlan(world, (-3, -3, 3, 3))
    assert plan.stand("car", 0, 0, np.pi / 2)
    assert not plan.claim(1.6, 0, 0.1, 0.1)
    assert plan.claim(0, 1.2, 0.1, 0.1)


def test_furniture_against_the_wall_has_its_back_to_it(world):
    plan = GroundPlan(world, (-4, 0, 4, 6))
    frames = [plan.against_wall("chest") for _ in range(12)]
    placed = [frame for frame in frames if frame]
    assert len({round(frame.turn, 2) for frame in placed}) == 3
    for frame in placed:
        x, _, z = frame.to_world((0, 0, -0.3))
        assert min(abs(x - 4), abs(x + 4), abs(z)) < 0.12


def test_a_full_plan_takes_nothing_more(world):
    plan = GroundPlan(world, (0, 0, 2, 2))
    assert plan.claim(1, 1, 2, 2)
    assert plan.against_wall("chair") is None and plan.anywhere("ball") is None
    assert plan.stand("ball", 1, 1) is None


def test_people_stand_within_the_given_distances_ahead(world):
    plan = GroundPlan(world, (-9, -9, 9, 9))
    plan.people(5, (0, 1.5, 0), 90, (2, 4))
    solids = world.solids()
    heads = solids.centre[:, solids.part == HEAD]
    assert len(heads.T) == 15
    assert (heads[0] < -1.5).all() and (np.hypot(heads[0], heads[2]) < 4.5).all()
