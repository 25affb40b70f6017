"""Settings of the user beside a data set as it is distributed."""

import json

import numpy as np
import pytest

from bmt_tf.data import data_tasks, open_data
from bmt_tf.data.sets.own_settings import settings_content, with_own_settings
from bmt_tf.tasks import get_task
from bmt_tf.tasks.data_settings import with_data_settings

EDGE = with_data_settings(get_task("edge"), {"max_distance": 0.0075, "positive_weight": 0.95})
TASKS = {"depth": get_task("depth"), "semseg": get_task("semseg", channels=2), "edge": EDGE}


def put(root, tasks, version=1):
    (root / "tasks.json").write_text(json.dumps({"version": version, "tasks": tasks}))


def test_tasks_are_changed_as_the_file_says_and_else_stay_as_they_are(tmp_path):
    assert with_own_settings(str(tmp_path), TASKS) == TASKS and settings_content(str(tmp_path)) == b""
    put(
        tmp_path, {"depth": {"standard_deviation": 1.4, "weight": 2}, "edge": {"positive_weight": 0.9, "notes": "ours"}}
    )
    changed = with_own_settings(str(tmp_path), TASKS)
    assert changed["depth"] == with_data_settings(get_task("depth", weight=2), {"standard_deviation": 1.4})
    assert (changed["edge"].loss.positive, changed["edge"].measure.max_distance) == (0.9, 0.0075)
    assert changed["semseg"] is TASKS["semseg"] and b"1.4" in settings_content(str(tmp_path))


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ({"flow": {}}, "a task must be one of depth, semseg, edge. Received: 'flow'"),
        ({"depth": {"standard_deviation": 0}}, "`standard_deviation` of task 'depth' must be a number above 0"),
        ({"depth": {"deviation": 1}}, "a setting of task 'depth' must be 'standard_deviation'"),
        ({"semseg": {"class_weights": [1]}}, "`class_weights` of task 'semseg' must have one entry for each of its 2"),
        ({}, "`tasks` must be an object"),
    ],
)
def test_what_the_file_cannot_say_is_refused_with_its_name(tmp_path, tasks, message):
    put(tmp_path, tasks)
    with pytest.raises(ValueError, match=rf"tasks\.json: {message}"):
        with_own_settings(str(tmp_path), TASKS)


def test_every_data_set_reads_it(tmp_path, write):
    for name in ("nyud", "pascal_context", "cityscapes", "celeba", "taskonomy"):
        root = tmp_path / name
        root.mkdir()
        put(root, {("male" if name == "celeba" else "semseg"): {"weight": 7}})
        tasks = data_tasks(f"{name}:{root}")
        assert [task.name for task in tasks.values() if task.weight == 7] == ["male" if name == "celeba" else "semseg"]
    image = tmp_path / "cityscapes" / "leftImg8bit" / "val" / "ulm" / "ulm_000000_000001_leftImg8bit.png"
    write(image, np.zeros([4, 4, 3], np.uint8))
    source = open_data(str(tmp_path / "cityscapes"), "val")
    assert source.tasks["semseg"].weight == 7
    before = source.fingerprint()
    put(tmp_path / "cityscapes", {"semseg": {"weight": 8}})
    assert open_data(str(tmp_path / "cityscapes"), "val").fingerprint() != before
