"""A small encoder, tasks and groupings for the tests of models."""

import functools

import keras
import numpy as np
import pytest
import toys

from bmt_tf.grouping import Grouping
from bmt_tf.models import get_encoder
from bmt_tf.tasks import get_task

NAMES = ("semseg", "depth", "normals")


@pytest.fixture(scope="session")
def tasks():
    """Three dense tasks."""
    return [get_task("semseg", channels=5), get_task("depth"), get_task("normals")]


@pytest.fixture(scope="session")
def encoder():
    """A tiny encoder of three blocks."""
    return toys.tiny_encoder()


@pytest.fixture(scope="session")
def tree(encoder):
    """A grouping in which normals part at the second block and depth at the ASPP."""
    partitions = [[NAMES], [("semseg", "depth"), ("normals",)], [(name,) for name in NAMES]]
    return Grouping(NAMES, encoder.block_names, partitions, encoder.name)


@pytest.fixture(scope="session")
def images():
    """A function from height and width to two images 0..255."""
    return lambda height, width: np.random.default_rng(0).uniform(0, 255, (2, height, width, 3)).astype("float32")


@pytest.fixture
def bfloat16():
    """The policy of half precision, for the time of a test."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.fixture(scope="session")
def randomise():
    """A function that sets all weights of a model at random, moving moments included."""

    def randomise(model: keras.Model, seed: int = 0):
        draw = np.random.default_rng(seed)
        for variable in model.variables:
            if len(variable.shape) > 1:
                value = draw.normal(0, np.prod(variable.shape[:-1]) ** -0.5, variable.shape)
            else:
                value = draw.uniform(0.5, 1.5, variable.shape)
            variable.assign(value)
        return model

    return randomise


@pytest.fixture(scope="session")
def trunk():
    """A function that puts stem and blocks of an encoder into one plain model, built once for each name and options."""

    @functools.cache
    def trunk(name: str, **options) -> keras.Model:
        encoder = get_encoder(name, aspp=False, **options)
        image = keras.Input((None, None, 3))
        x = encoder.stem.apply(image)
        for block in encoder.blocks:
            x = block.apply(x)
        return keras.Model(image, x)

    return trunk
