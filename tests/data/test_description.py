"""Tests of `dataset.json`."""

import json

import pytest

from bmt_tf.data.description import read_description, task_from_settings
from bmt_tf.tasks import get_task


def read(root, content):
    (root / "dataset.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return read_description(str(root))


def test_defaults(tmp_path):
    description = read(tmp_path, {"version": 1, "tasks": {"depth": {"kind": "depth"}}})
    assert (description.name, description.image_folder, description.splits) == ("folder", "image", ("train", "val"))
    assert description.tasks == {"depth": get_task("depth")}


def test_a_known_task_takes_the_classes_of_the_data():
    task = task_from_settings("semseg", {"kind": "segmentation", "classes": ["floor", "wall"], "weight": 3}, "x")
    assert task == get_task("semseg", classes=("floor", "wall"), weight=3)
    assert task.channels == 2


def test_another_name_takes_the_usual_task_of_its_kind():
    settings = {"kind": "segmentation", "channels": 2, "colours": [[0, 0, 0], [9, 9, 9]]}
    task = task_from_settings("materials", settings, "x")
    assert task == get_task("semseg", name="materials", channels=2, colours=((0, 0, 0), (9, 9, 9)))


def test_edges_get_the_settings_of_the_data_or_those_of_nyud():
    task = task_from_settings("edge", {"kind": "edge"}, "x")
    assert (task.measure.max_distance, task.measure.thin_labels, task.loss.positive) == (0.011, True, 0.8)
    settings = {"max_distance": 0.02, "thin_labels": False, "positive_weight": 0.9}
    task = task_from_settings("contours", settings | {"kind": "edge"}, "x")
    assert (task.measure.max_distance, task.measure.thin_labels, task.loss.positive) == (0.02, False, 0.9)


@pytest.mark.parametrize(
    "content, message",
    [
        ('{"version": 1, "tasks": {', "must be JSON"),
        ({"version": 2, "tasks": {}}, "`version` must be 1. Received: version=2"),
        ([1], "`version` must be 1. Received: version=None"),
        ({"version": 1}, "`tasks` must map the name of each task to its settings. Received: None"),
        ({"version": 1, "tasks": {"depth": "depth"}}, "`tasks` must map"),
        ({"version": 1, "tasks": {"depth": {"kind": "edge"}}}, "`kind` of task 'depth' must be 'depth'.*kind='edge'"),
        ({"version": 1, "tasks": {"flow": {"kind": "flow"}}}, "`kind` of task 'flow' must be one of.*kind='flow'"),
        ({"version": 1, "tasks": {"edge": {"positve_from": 3}}}, "task 'edge' must be 'positive_from'.*positve_from"),
        ({"version": 1, "tasks": {"semseg": {"channels": 0}}}, "`channels` of task 'semseg' must be at least 1"),
    ],
)
def test_a_wrong_description_is_refused(tmp_path, content, message):
    with pytest.raises(ValueError, match=rf"dataset\.json: .*{message}"):
        read(tmp_path, content)


def test_notes_of_the_user_are_let_be():
    task_from_settings("semseg", {"kind": "segmentation", "channels": 2, "to_semseg": [1, 2]}, "x")


def test_a_missing_description_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"must hold the file dataset\.json"):
        read_description(str(tmp_path))
