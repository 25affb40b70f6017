"""A small network with one task of each form, and the SavedModel made of it."""

import keras
import pytest
from toys import plain_network

from bmt_tf.export.description import describe, write_description
from bmt_tf.export.formats.saved_model import write_saved_model
from bmt_tf.export.serving import Exportable
from bmt_tf.tasks import get_task

STRIDE = 4


@pytest.fixture(scope="session")
def tasks():
    """Tasks with classes, a length, a unit vector, a probability per pixel, and one label per image."""
    return (
        get_task("semseg", classes=("wall", "floor", "bed")),
        get_task("depth"),
        get_task("normals"),
        get_task("edge"),
        get_task("scene", classes=("kitchen", "street")),
    )


@pytest.fixture
def network(tasks):
    """A network whose weights are the same each time."""
    keras.utils.set_random_seed(3)
    return plain_network(tasks)


@pytest.fixture(scope="session")
def served(tasks, tmp_path_factory):
    """Directory of the SavedModel of `network`, with its description."""
    path = str(tmp_path_factory.mktemp("run") / "saved_model")
    keras.utils.set_random_seed(3)
    write_saved_model(path, Exportable(plain_network(tasks), tasks, STRIDE))
    about = {"format": "saved_model", "sizes": (None,), "made_by": {"step": 7}}
    write_description(path, describe(tasks, stride=STRIDE, serve_size=None, **about))
    return path
