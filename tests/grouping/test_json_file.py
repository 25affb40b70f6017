"""`grouping.json`: round trip, and a clear word on every broken file."""

import json
import os

import pytest

from bmt_tf.grouping import Grouping

GROUPING = Grouping(
    ("semseg", "dépth", "normals"),
    ("block_01", "aspp"),
    [[["semseg", "dépth", "normals"]], [["semseg", "dépth"], ["normals"]]],
    encoder="mobilenet_v2_1.0",
    made_by={"method": "bmn", "budget": 0.5, "seed": 1, "versions": {"numpy": "2"}},
)


@pytest.fixture
def content(tmp_path):
    GROUPING.save(tmp_path / "grouping.json")
    return json.loads((tmp_path / "grouping.json").read_text())


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "new" / "grouping.json"
    GROUPING.save(path)
    loaded = Grouping.load(str(path))
    assert loaded == GROUPING
    assert loaded.made_by == GROUPING.made_by
    assert os.listdir(path.parent) == ["grouping.json"]


def test_file_has_the_documented_form(content):
    assert list(content) == ["version", "encoder", "tasks", "blocks", "partitions", "made_by"]
    assert content["version"] == 1
    assert content["partitions"][1] == [["semseg", "dépth"], ["normals"]]


def test_encoder_and_remark_may_be_left_out(tmp_path, content):
    del content["encoder"], content["made_by"]
    (tmp_path / "grouping.json").write_text(json.dumps(content))
    loaded = Grouping.load(tmp_path / "grouping.json")
    assert (loaded.encoder, loaded.made_by, loaded.partitions) == ("", None, GROUPING.partitions)


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "grouping.json"
    GROUPING.save(path)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Grouping.shared(GROUPING.tasks, GROUPING.blocks).save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["grouping.json"]


def test_missing_file_names_the_script_that_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"scripts/group\.py"):
        Grouping.load(tmp_path / "grouping.json")


@pytest.mark.parametrize("text", ["", '{"version": 1, "tasks": ["sem', "[" * 100_000])
def test_truncated_json_is_refused(tmp_path, text):
    (tmp_path / "grouping.json").write_text(text)
    with pytest.raises(ValueError, match=r"grouping\.json.*cut off"):
        Grouping.load(tmp_path / "grouping.json")


def test_binary_file_is_refused(tmp_path):
    (tmp_path / "grouping.json").write_bytes(b"\x80\x04\x95\xff")
    with pytest.raises(ValueError, match="whole JSON"):
        Grouping.load(tmp_path / "grouping.json")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"version": 2}, ValueError, "`version`.*2"),
        ({"version": True}, ValueError, "`version`.*True"),
        ({"version": None}, ValueError, "`version`"),
        ({"tasks": {"semseg": 1}}, TypeError, "`tasks`"),
        ({"tasks": ["semseg", "normals"]}, ValueError, "block_01.*unknown 'dépth'"),
        ({"tasks": ["semseg", "dépth", "normals", "edge"]}, ValueError, "block_01.*missing 'edge'"),
        ({"partitions": [[["semseg"], ["dépth", "normals"]], [["semseg", "dépth"], ["normals"]]]}, ValueError, "aspp"),
        ({"comment": "mine"}, ValueError, "comment"),
    ],
)
def test_faults_are_named_with_the_file(tmp_path, content, changes, error, message):
    path = tmp_path / "grouping.json"
    path.write_text(json.dumps({**content, **changes}))
    with pytest.raises(error, match=message) as raised:
        Grouping.load(path)
    assert str(path) in str(raised.value)


def test_missing_keys_and_other_json_are_refused(tmp_path, content):
    path = tmp_path / "grouping.json"
    del content["partitions"]
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"missing \['partitions'\]"):
        Grouping.load(path)
    path.write_text("[1, 2]")
    with pytest.raises(TypeError, match="list"):
        Grouping.load(path)
    path.write_text("{}")
    with pytest.raises(ValueError, match="no version"):
        Grouping.load(path)
