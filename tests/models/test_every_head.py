"""What holds for every head by name."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.models import Style, head_names
from bmt_tf.models.heads.registry import head_of
from bmt_tf.tasks import get_task

HEADS = {name: head_of(get_task("depth", head=name)) for name in head_names()}
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
    """Returns a task with that head, with a label per pixel or per image as it is for."""
    return get_task("semseg" if HEADS[name].dense else "scene", channels=CHANNELS, head=name)


@pytest.mark.parametrize(
    ("name", "low_level"),
    [(name, True) for name in HEADS] + [(name, False) for name, head in HEADS.items() if "low_level" in head.wants],
)
@pytest.mark.parametrize("style", STYLES, ids=["separable", "dense"])
def test_outputs_are_the_tasks_channels_of_every_pixel_or_of_the_image(name, style, low_level):
    task = task_of(name)
    given = features(task, low_level)
    head = head_of(task).model(task, style, given)
    outputs = head([*given.values(), IMAGE])
    assert head.name == f"head_{task.name}"
    assert tuple(outputs.shape) == ((2, 39, 55, CHANNELS) if HEADS[name].dense else (2, CHANNELS))


@pytest.mark.parametrize("name", HEADS)
def test_outputs_are_float32_in_half_precision(name, bfloat16):
    task = task_of(name)
    given = features(task, low_level=True)
    head = head_of(task).model(task, STYLES[0], given)
    assert {tensor.name: tensor.dtype for tensor in head.inputs} == dict.fromkeys(given, "bfloat16") | {
        "image": "float32"
    }
    assert head([*given.values(), IMAGE]).dtype == "float32"


@pytest.mark.traced
@pytest.mark.parametrize("name", HEADS)
def test_one_trace_serves_images_of_any_size(name):
    task, draw = task_of(name), np.random.default_rng(0).normal
    head = head_of(task).model(task, STYLES[1], features(task, low_level=True))
    specs = [tf.TensorSpec([None, None, None, tensor.shape[-1]]) for tensor in head.inputs]
    call = tf.function(lambda *inputs: head(list(inputs)), input_signature=specs)
    for height, width in ((2, 3), (7, 5)):
        given = [draw(size=(1, height, width, spec.shape[-1])).astype("float32") for spec in specs[:-1]]
        given.append(np.ones((1, 8 * height - 3, 8 * width, 3), "float32"))
        np.testing.assert_allclose(call(*given), head(given), rtol=1e-3, atol=1e-4)


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
