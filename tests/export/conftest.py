"""A small network with one task of each form, and the SavedModel made of it."""

import keras
import pytest

from bmt_tf.export.description import describe, write_description
from bmt_tf.export.saved_model import write_saved_model
from bmt_tf.layers import Normalise, ResizeLike
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


def make_network(tasks):
    """Returns a network of stride 4: a stem, a shared block, and a head per task."""
    image = keras.Input((None, None, 3), name="image", dtype="float32")
    x = keras.layers.Conv2D(4, 3, 2, "same", activation="relu", name="stem")(Normalise()(image))
    x = keras.layers.Conv2D(6, 3, 2, "same", activation="relu", name="block")(x)
    outputs = {}
    for task in tasks:
        if task.kind.dense:
            logits = keras.layers.Conv2D(task.channels, 3, padding="same", name=f"head_{task.name}")(x)
            outputs[task.name] = ResizeLike(name=f"resize_{task.name}")(logits, image)
        else:
            pooled = keras.layers.GlobalAveragePooling2D(name=f"pool_{task.name}")(x)
            outputs[task.name] = keras.layers.Dense(task.channels, name=f"head_{task.name}")(pooled)
    return keras.Model(image, outputs, name="branched")


@pytest.fixture
def network(tasks):
    """A network whose weights are the same each time."""
    keras.utils.set_random_seed(3)
    return make_network(tasks)


@pytest.fixture(scope="session")
def served(tasks, tmp_path_factory):
    """Directory of the SavedModel of `network`, with its description."""
    path = str(tmp_path_factory.mktemp("run") / "saved_model")
    keras.utils.set_random_seed(3)
    write_saved_model(path, make_network(tasks), tasks, STRIDE)
    write_description(path, describe(tasks, stride=STRIDE, serve_size=None, made_by={"step": 7}))
    return path
