"""Tests of the furniture."""

import random

import numpy as np
import pytest

from bmt_tf.data.rendering.furniture import PIECES, furnish
from bmt_tf.data.rendering.world import Frame, World
from bmt_tf.data.sets.scenes import CLASSES


@pytest.mark.parametrize("name", PIECES)
def test_pieces_stand_on_the_ground_within_their_size(name):
    for seed in range(5):
        world = World(random.Random(seed), CLASSES)
        furnish(world, name, Frame())
        solids = world.solids()
        assert CLASSES[solids.label[0]] == PIECES[name].label
        reach = solids.scale.copy()
        reach[1] *= 1 + solids.length
        size = np.einsum("ijp,jp->ip", np.abs(solids.rotation), reach)
        low, high = (solids.centre - size).min(1), (solids.centre + size).max(1)
        assert -0.11 <= low[1] <= 0.05  # round things may sink in a little
        if name not in ("tree", "pole", "pot_plant"):  # these spread out above
            assert max(-low[0], high[0]) <= 0.5 * PIECES[name].width + 0.08
            assert max(-low[2], high[2]) <= 0.5 * PIECES[name].depth + 0.08


def test_a_stretched_piece_is_wider():
    widths = []
    for stretch in (1.0, 2.0):
        world = World(random.Random(0), CLASSES)
        furnish(world, "crate", Frame(stretch=(stretch, 1, 1)))
        widths.append(world.solids().scale[0, 0])
    assert widths[1] == 2 * widths[0]
