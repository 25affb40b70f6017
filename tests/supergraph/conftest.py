"""Small encoders, networks with random weights, and what a training step makes of them."""

import keras
import numpy as np
import pytest

from bmt_tf.layers import BatchNorm, Normalise
from bmt_tf.models import Block, Encoder, Style
from bmt_tf.tasks import get_task

NAMES = ("semseg", "depth", "normals")


def _convolution(name, filters, strides=1):
    def apply(x):
        x = keras.layers.Conv2D(filters, 3, strides, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = BatchNorm(name=f"{name}_bn")(x)
        return keras.layers.ReLU(name=f"{name}_relu")(x)

    return apply


@pytest.fixture(scope="session")
def own_encoder():
    """An encoder made outside the library: a stem and three small blocks; heads branch off the first."""
    first = _convolution("stem", 4, 4)
    blocks = [Block(name, _convolution(name, 6, strides)) for name, strides in (("one", 1), ("two", 2), ("three", 1))]
    stem = Block("stem", lambda x: first(Normalise(name="stem_normalise")(x)))
    return Encoder("own", stem, blocks, low_level="one", stride=8, style=Style(head_channels=8))


@pytest.fixture(scope="session")
def tasks():
    """Three dense tasks."""
    return (get_task("semseg", channels=5), get_task("depth"), get_task("normals"))


@pytest.fixture(scope="session")
def image():
    """Two images `[2, 32, 48, 3]`, 0..255."""
    return np.random.default_rng(0).uniform(0, 255, (2, 32, 48, 3)).astype("float32")


@pytest.fixture(scope="session")
def randomise():
    """A function that sets all weights of a network at random, moving moments included."""

    def randomise(network, seed=0):
        draw = np.random.default_rng(seed)
        for variable in network.weights:
            if "kernel" in variable.name:
                value = draw.normal(0, np.prod(variable.shape[-3:-1]) ** -0.5, variable.shape)
            else:
                value = draw.uniform(0.5, 1.5, variable.shape)
            variable.assign(value)
        return network

    return randomise
