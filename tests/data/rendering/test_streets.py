"""Tests of streets, parks and car parks."""

import numpy as np
import pytest

from bmt_tf.data.rendering import labels
from bmt_tf.data.rendering.streets import OUTDOORS
from bmt_tf.data.sets.scenes import CLASSES


@pytest.mark.parametrize("name", OUTDOORS)
def test_outdoors_there_is_ground_below_and_no_furniture(laid_out, look, name):
    skies = 0
    for seed in range(8):
        view = laid_out(name, seed)
        one = look(view.world, view.camera)
        classes = labels.class_map(one.solids, one.solid, CLASSES.index("sky"))
        seen = {CLASSES[label] for label in np.unique(classes)}
        assert "ground" in seen and not seen & {"floor", "ceiling", "bed", "table", "shelf"}
        assert one.depth[np.isfinite(one.depth)].max() < 60 and one.depth.min() > 0.5
        skies += "sky" in seen
    assert skies >= 5


def test_nights_are_darker_than_days(laid_out):
    day, night = (sum(laid_out(name, seed).atmosphere.ambient[0] for seed in range(5)) for name in OUTDOORS[:2])
    assert night < 0.5 * day


def test_there_are_cars_in_car_parks_and_trees_in_parks(laid_out):
    for name, label in (("car_park", "car"), ("park", "plant")):
        counts = [(laid_out(name, s).world.solids().label == CLASSES.index(label)).sum() for s in range(5)]
        assert min(counts) >= 2
