"""Tests of the rooms."""

import numpy as np
import pytest

from bmt_tf.data.rendering import labels
from bmt_tf.data.rendering.rooms import RECIPES
from bmt_tf.data.sets.scenes import CLASSES

TYPICAL = {
    "bedroom": "bed",
    "living_room": "seat",
    "office": "table",
    "dining_room": "table",
    "library": "shelf",
    "corridor": "door",
}


@pytest.mark.parametrize("name", RECIPES)
def test_rooms_are_closed_and_hold_what_they_are_named_for(laid_out, look, name):
    found = 0
    for seed in range(8):
        view = laid_out(name, seed)
        one = look(view.world, view.camera)
        assert (one.solid >= 0).all() and one.depth.min() > 0.3
        seen = {CLASSES[label] for label in np.unique(labels.class_map(one.solids, one.solid, 14))}
        assert {"floor", "wall"} <= seen and not seen & {"ground", "sky", "car"}
        found += TYPICAL[name] in {CLASSES[label] for label in one.solids.label}
    assert found >= 5


def test_lamps_hang_inside_the_room(laid_out):
    for name in RECIPES:
        view = laid_out(name, 0)
        assert view.lights[0].position[1] < 2.9 and view.lights[0].view > 0
