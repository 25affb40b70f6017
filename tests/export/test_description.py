"""The description beside the graph: true to the model, read back whole, refused where it is not ours."""

import json
import os
import shutil

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.export.description import FILE, FOLDER, content_of, describe, read_description
from bmt_tf.export.formats import load_served
from bmt_tf.tasks.colouring import colour_map


def content(saved_model):
    with open(os.path.join(saved_model, FOLDER, FILE)) as file:
        return json.load(file)


@pytest.fixture
def model_dir(tmp_path):
    """A directory that looks like a SavedModel to the eye."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / "saved_model.pb").write_bytes(b"")
    return tmp_path


def test_the_description_says_what_the_signatures_say(served):
    loaded = tf.saved_model.load(served)
    description = content(served)
    assert {*description["entry_points"], "serving_default"} == set(loaded.signatures)
    for endpoint, names in description["entry_points"].items():
        outputs = loaded.signatures[endpoint].structured_outputs
        assert set(outputs) == set(names)
        for name in names:
            assert outputs[name].dtype.name == description["tasks"][name]["dtype"]
            assert outputs[name].shape.as_list() == description["tasks"][name]["shape"]


def test_tasks_are_read_back_and_drawn_as_they_were(served, tasks):
    again = read_description(served).tasks
    assert [task.name for task in again] == [task.name for task in tasks]
    classes = np.arange(3, dtype=np.uint8).reshape(1, 3, 1)
    np.testing.assert_array_equal(colour_map(classes, again[0]), colour_map(classes, tasks[0]))
    for read, task in zip(again, tasks, strict=True):
        assert (read.channels, read.classes, read.colours) == (task.channels, task.classes, task.colours)
        assert (read.kind.dense, read.kind.activation) == (task.kind.dense, task.kind.activation)


def test_only_lengths_have_a_unit(tasks):
    entries = describe(tasks, format="onnx", sizes=(None,), stride=16, serve_size=(64, 96), made_by={})["tasks"]
    assert {name for name, entry in entries.items() if entry["unit"]} == {"depth"}
    assert entries["depth"]["unit"] == "m"


def test_a_model_is_found_by_its_own_path_and_by_the_run(served):
    assert load_served(served).folder == served
    assert load_served(os.path.dirname(served)).folder == served


def test_what_is_no_model_of_ours_is_refused(tmp_path, model_dir):
    for folder in (tmp_path / "nothing", model_dir):
        with pytest.raises(FileNotFoundError, match=r"exported by scripts/export\.py.*model_dir="):
            load_served(str(folder))


@pytest.mark.parametrize(("text", "message"), [('{"version": 1,', "must be JSON"), ('{"version": 9}', "version 2.*9")])
def test_a_description_that_cannot_be_read_is_refused(model_dir, text, message):
    (model_dir / FOLDER / FILE).write_text(text)
    with pytest.raises(ValueError, match=message):
        read_description(str(model_dir))


def test_the_description_travels_with_a_copy(served, tmp_path):
    copy = str(tmp_path / "copy")
    shutil.copytree(served, copy)
    assert read_description(copy).tasks == read_description(served).tasks


def test_another_name_or_content_below_an_export_is_another_content(model_dir):
    (model_dir / FOLDER / FILE).write_text("{}")
    (model_dir / "variables").mkdir()
    (model_dir / "variables" / "data").write_bytes(b"12")
    found = [content_of(str(model_dir))]
    (model_dir / "variables" / "data").write_bytes(b"13")
    found.append(content_of(str(model_dir)))
    (model_dir / "variables" / "data").rename(model_dir / "variables" / "index")
    found += [content_of(str(model_dir)), content_of(str(model_dir / "variables"))]
    assert len(set(found)) == 4 and found[-1] == "" and found[2] == content_of(str(model_dir))
