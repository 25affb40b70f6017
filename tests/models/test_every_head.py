"""What holds for every head by name."""

import numpy as np
import pytest

from bmt_tf.models import Style, head_names
from bmt_tf.models.heads.registry import head_of
from bmt_tf.tasks import get_task

HEADS = head_names()
CHANNELS = 4
STYLES = [Style(separable=True, head_channels=8), Style(separable=False, head_channels=8)]
IMAGE = np.ones((2, 39, 55, 3), "float32")


def features(task, low_level):
    """Returns features of all the names that the head of a task wants, `low_level` only if it is to be there."""
    draw = np.random.default_rng(0).normal
    wanted = [name for name in head_of(task).wants if low_level or name != "low_level"]
    sizes = {"low_level": (2, 10, 14, 5)}
    return {name: draw(size=sizes.get(name, (2, 3, 4, 6))).astype("float32") for name in wanted}


def task_of(name):
    """Returns a task with that head, whether it has a label per pixel or per image."""
    return get_task("scene", channels=CHANNELS, head=name)


@pytest.mark.parametrize("low_level", [True, False], ids=["low level", "no low level"])
@pytest.mark.parametrize("style", STYLES, ids=["separable", "dense"])
@pytest.mark.parametrize("name", HEADS)
def test_outputs_are_the_tasks_channels_of_every_pixel_or_of_the_image(name, style, low_level):
    task = task_of(name)
    given = features(task, low_level)
    head = head_of(task).model(task, style, given)
    outputs = head([*given.values(), IMAGE])
    assert head.name == "head_scene"
    assert tuple(outputs.shape) in ((2, 39, 55, CHANNELS), (2, CHANNELS))


@pytest.mark.parametrize("name", HEADS)
def test_outputs_are_float32_in_half_precision(name, bfloat16):
    task = task_of(name)
    given = features(task, low_level=True)
    head = head_of(task).model(task, STYLES[0], given)
    assert {tensor.name: tensor.dtype for tensor in head.inputs} == dict.fromkeys(given, "bfloat16") | {
        "image": "float32"
    }
    assert head([*given.values(), IMAGE]).dtype == "float32"


@pytest.mark.parametrize("name", HEADS)
def test_a_head_takes_what_it_says_it_wants_and_uses_it(name):
    task = task_of(name)
    given = features(task, low_level=True)
    head = head_of(task).model(task, STYLES[1], given | {"other": IMAGE})
    assert [tensor.name for tensor in head.inputs] == [*head_of(task).wants, "image"]
    before = head([*given.values(), IMAGE])
    for wanted, values in given.items():
        changed = given | {wanted: np.random.default_rng(1).normal(size=values.shape).astype("float32")}
        assert not np.allclose(head([*changed.values(), IMAGE]), before), wanted
