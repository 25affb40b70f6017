"""Tasks: what they refuse, and how they compare."""

import dataclasses

import numpy as np
import pytest

from bmt_tf.tasks import KINDS, L1, RootMeanSquare, Task, empty_label, get_task, voc_colours


def made_up(**changes):
    fields = {
        "name": "height",
        "kind": "depth",
        "channels": 1,
        "loss": L1(),
        "measure": RootMeanSquare,
        "lower_is_better": True,
    }
    return Task(**(fields | changes))


def test_a_kind_may_be_given_by_name_or_as_itself():
    assert made_up().kind is KINDS["depth"]
    assert made_up(kind=KINDS["depth"]) == made_up()


def test_tasks_are_equal_by_value():
    assert made_up(weight=2) == made_up(weight=2) != made_up(weight=3)
    assert dataclasses.replace(get_task("semseg"), weight=7.0) == get_task("semseg", weight=7.0)


def test_classes_get_colours():
    task = made_up(kind="segmentation", channels=3, classes=["sky", "sea", "land"])
    assert task.classes == ("sky", "sea", "land")
    assert task.colours == voc_colours(3)
    assert made_up(kind="segmentation", channels=1, colours=[[1, 2, 3]]).colours == ((1, 2, 3),)
    assert made_up().colours == ()


def test_empty_labels_are_all_ignored():
    label = empty_label(get_task("semseg"), 3, 5)
    assert label.shape == (3, 5, 1) and label.dtype == np.uint8 and (label == 255).all()
    label = empty_label(get_task("scene"), 3, 5)
    assert label.shape == (365,) and label.dtype == np.float32 and np.isnan(label).all()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"name": "sky line"}, ValueError, "`name`.*sky line"),
        ({"name": 3}, ValueError, "`name`.*3"),
        ({"kind": "hight"}, ValueError, "`kind` of task 'height'.*depth.*hight"),
        ({"kind": 3}, TypeError, "`kind` of task 'height'.*3"),
        ({"channels": 2}, ValueError, "`channels` of task 'height' must be 1.*2"),
        ({"kind": "scene", "channels": 0}, ValueError, "`channels`.*at least 1.*0"),
        ({"kind": "segmentation", "channels": 256}, ValueError, "`channels`.*at most 255.*256"),
        ({"weight": -1.0}, ValueError, "`weight` of task 'height'.*-1.0"),
        ({"weight": float("nan")}, ValueError, "`weight`.*nan"),
        ({"loss": "l1"}, TypeError, "`loss` of task 'height'.*'l1'"),
        ({"measure": None}, TypeError, "`measure`.*None"),
        ({"classes": ("a", "b")}, ValueError, "`classes` of task 'height'.*1 channels.*2 entries"),
        ({"colours": ((0, 0, 0),) * 3}, ValueError, "`colours`.*3 entries"),
    ],
)
def test_contradictions_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        made_up(**changes)


def test_parts_of_nobody_are_ignored():
    task = get_task("human_parts")
    parts = np.array([[0, 255], [0, 0]], np.uint8)[..., None]
    assert (task.without_background_alone(parts).numpy() == 255).all()
    parts[0, 0] = 3
    np.testing.assert_array_equal(task.without_background_alone(parts), parts)
    np.testing.assert_array_equal(get_task("semseg").without_background_alone(parts * 0), parts * 0)
    assert get_task("human_parts", name="limbs").needs_foreground
