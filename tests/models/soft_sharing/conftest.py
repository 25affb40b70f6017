"""An encoder with stages, two tasks, and their network by each method."""

import functools

import pytest
import toys

from bmt_tf.models import build_soft_sharing
from bmt_tf.tasks import get_task


@pytest.fixture(scope="session")
def encoder():
    """An encoder with two stages."""
    return toys.staged_encoder()


@pytest.fixture(scope="session")
def tasks():
    """Two dense tasks."""
    return [get_task("semseg", channels=5), get_task("depth")]


@pytest.fixture(scope="session")
def network_of(encoder, tasks):
    """A function that returns the network of a method, built once; its weights are not to be changed."""
    return functools.cache(lambda method: build_soft_sharing(method, encoder, tasks, seed=1))
