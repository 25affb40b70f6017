"""A small encoder, tasks, images, and networks with random weights."""

import numpy as np
import pytest
import toys

from bmt_tf.tasks import get_task


@pytest.fixture(scope="session")
def own_encoder():
    """An encoder made outside the library: a stem and three small blocks; heads branch off the first."""
    return toys.small_encoder()


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
