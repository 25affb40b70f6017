"""A small network with one task of each form, written in every format, and what it predicts itself."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import plain_network

from bmt_tf.export.description import describe
from bmt_tf.export.formats import FORMATS, read_served
from bmt_tf.export.serving import Exportable, serving_function

STRIDE, SIZE = 4, (16, 24)


@pytest.fixture(scope="session")
def photographs():
    """A function that returns noise, uint8 `[B, H, W, 3]`."""

    def noise(height=SIZE[0], width=SIZE[1], count=1, seed=0):
        return np.random.default_rng(seed).integers(0, 256, [count, height, width, 3], np.uint8)

    return noise


class Few(Exportable):
    """What has entry points for all tasks, for one of pixels and for one of images; those of others are made alike."""

    @property
    def parts(self):
        return {name: super(Few, self).parts[name] for name in ("serve", "depth", "scene")}


@pytest.fixture(scope="session")
def exportable(tasks):
    """The network."""
    keras.utils.set_random_seed(3)
    return Few(plain_network(tasks), tasks, STRIDE)


@pytest.fixture(scope="session")
def exported(exportable, photographs, tmp_path_factory):
    """A function that writes a format once, for one size and for any, and returns what serves it."""
    folder, done = tmp_path_factory.mktemp("run"), {}

    def export(name):
        if name not in done:
            place, format = folder / name, FORMATS[name]
            place.mkdir()
            sizes = ((SIZE, None) if format.exact else (SIZE,)) if format.for_sizes else (None,)
            format.write(str(place), exportable, sizes, [photographs(seed=seed)[0] for seed in range(4)])
            about = {"stride": STRIDE, "serve_size": None, "made_by": {}}
            done[name] = read_served(str(place), describe(exportable.tasks, format=name, sizes=sizes, **about))
        return done[name]

    return export


@pytest.fixture(scope="session")
def wanted(exportable):
    """A function that returns what the network itself predicts."""
    function = serving_function(exportable.model, exportable.tasks, STRIDE)
    return lambda images: {name: value.numpy() for name, value in function(images).items()}


@pytest.fixture(scope="session")
def outlandish(tasks):
    """A network with a user's own layer, whose operator no other format has."""

    class Outlandish(keras.layers.Layer):
        def call(self, x):
            return x + tf.math.igamma(tf.ones_like(x), tf.abs(x))

    image = keras.Input((None, None, 3))
    outputs = {"depth": Outlandish()(keras.layers.Conv2D(1, 3, padding="same")(image))}
    return Exportable(keras.Model(image, outputs), [task for task in tasks if task.name == "depth"], STRIDE)
