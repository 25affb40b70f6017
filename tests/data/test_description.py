"""Tests of `dataset.json`."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bmt_tf.data import check_data
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
        ({"version": 1}, "`tasks` must be an object with the settings of each task. Received: tasks=None"),
        ({"version": 1, "tasks": {"depth": "depth"}}, "`tasks` must be an object"),
        ({"version": 1, "tasks": {"depth": {"kind": "edge"}}}, "`kind` of task 'depth' must be 'depth'.*kind='edge'"),
        ({"version": 1, "tasks": {"flow": {"kind": "flow"}}}, "`kind` of task 'flow' must be one of.*kind='flow'"),
        ({"version": 1, "tasks": {"edge": {"positve_from": 3}}}, "task 'edge' must be 'positive_from'.*positve_from"),
        (
            {"version": 1, "tasks": {"semseg": {"channels": 0}}},
            "`channels` of task 'semseg' must be a whole number from 1",
        ),
        ('{"version": 1, "version": 1, "tasks": {"depth": {}}}', "the name 'version' twice in one object"),
        ({"version": True, "tasks": {"depth": {}}}, "`version` must be 1. Received: version=True"),
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


SOUND = {
    "version": 1,
    "name": "rooms",
    "image": {"folder": "image", "labels_drawn_on": "upright"},
    "splits": ["train", "val"],
    "notes": {"camera": 3},
    "tasks": {
        "semseg": {
            "kind": "segmentation",
            "classes": ["a", "b"],
            "colours": [[0, 0, 0], [9, 9, 9]],
            "ignore": [7, 255],
        },
        "edge": {"kind": "edge", "max_distance": 0.011, "thin_labels": True, "positive_from": 128},
        "depth": {"kind": "depth", "metres_per_step": 0.001, "invalid": [0, 65535], "weight": 1},
        "normals": {"kind": "normals", "zero": 128, "scale": 125, "invalid": [0, 0, 0]},
        "heat": {"kind": "quantity", "unit": "K"},
    },
}


def changed(path, value):
    """A copy of a sound description in which the value at a path is another one."""
    content = json.loads(json.dumps(SOUND))
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return content


def test_every_setting_has_its_place(tmp_path):
    description = read(tmp_path, SOUND)
    assert (description.drawn_on, description.tasks["heat"].unit) == ("upright", "K")


@pytest.mark.parametrize(
    "path, value",
    [
        (["image"], "image"),
        (["image", "folder"], "../image"),
        (["image", "labels_drawn_on"], "both"),
        (["name"], 3),
        (["splits"], None),
        (["splits"], []),
        (["splits"], ["val", "val"]),
        (["splits"], "train"),
        (["tasks", "semseg", "classes"], 3),
        (["tasks", "semseg", "classes"], "abc"),
        (["tasks", "semseg", "classes"], ["a", "a"]),
        (["tasks", "semseg", "colours"], [[0, 0, 0], [0, 0, 256]]),
        (["tasks", "semseg", "kind"], ["segmentation"]),
        (["tasks", "semseg", "ignore"], "255"),
        (["tasks", "edge", "max_distance"], "0.011"),
        (["tasks", "edge", "max_distance"], 11),
        (["tasks", "edge", "thin_labels"], "false"),
        (["tasks", "edge", "positive_from"], 0),
        (["tasks", "normals", "scale"], 0),
        (["tasks", "normals", "invalid"], [0, 0]),
        (["tasks", "depth", "metres_per_step"], -1),
        (["tasks", "depth", "weight"], float("nan")),
        (["tasks", "depth", "weight"], True),
    ],
)
def test_wrong_types_and_senseless_values_are_refused_by_their_name(tmp_path, path, value):
    with pytest.raises(ValueError, match=rf"dataset\.json: `{path[-1]}`.* must be .*Received: {path[-1]}="):
        read(tmp_path, changed(path, value))


@pytest.mark.parametrize(
    "path, meant",
    [
        (["tasks", "semseg", "num_classes"], "'classes'"),
        (["tasks", "semseg", "ignore_index"], "'ignore'"),
        (["tasks", "edge", "nms"], "one of .*max_distance"),
        (["image", "folders"], "'folder'"),
        (["split"], "'splits'"),
        (["licence"], "one of .*notes"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_one_that_was_meant(tmp_path, path, meant):
    with pytest.raises(ValueError, match=rf"dataset\.json: a setting.* must be {meant}.*Received: '{path[-1]}'"):
        read(tmp_path, changed(path, 3))


@pytest.mark.parametrize("name", ["my task", "tiefe_\u00e4", "_depth", "a/b", "x" * 65, "", "nul", "image", "Depth"])
def test_names_of_tasks_that_cannot_stand_everywhere_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"dataset\.json: .*Received: "):
        read(tmp_path, changed(["tasks", name], {"kind": "depth"}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from([10**13, "image"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def mutated(draw):
    """A description in which a few values, at any depth, are removed, replaced, repeated or added."""
    content = json.loads(json.dumps(SOUND))
    for _ in range(draw(st.integers(1, 3))):
        place = content
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.booleans()):
                place = place[key]
                continue
            what = draw(st.sampled_from(["remove", "replace", "add"]))
            if what == "remove":
                del place[key]
            elif what == "replace" or isinstance(place, list):
                place[key] = draw(JSON)
            else:
                place[draw(st.text(max_size=9) | st.sampled_from(["ignore", "classes", "channels"]))] = draw(JSON)
            break
    return content


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=mutated())
def test_any_change_of_a_description_is_read_or_is_a_problem(tmp_path, content):
    (tmp_path / "dataset.json").write_text(json.dumps(content))
    try:
        read_description(str(tmp_path))
    except ValueError as error:
        assert "dataset.json: " in str(error) and "Received: " in str(error)
        (problem,) = check_data(str(tmp_path))
        assert problem.file.endswith("dataset.json")
    else:
        assert all(str(tmp_path) in problem.file for problem in check_data(str(tmp_path)))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=30))
def test_any_bytes_are_a_problem(tmp_path, content):
    (tmp_path / "dataset.json").write_bytes(content)
    assert len(check_data(str(tmp_path))) == 1
