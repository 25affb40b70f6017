"""Tests of local and remote file access."""

import time

import pytest
import tensorflow as tf

from bmt_tf import _files as files


@pytest.fixture(params=["local", "remote"])
def folder(request, tmp_path):
    root = str(tmp_path / "root") if request.param == "local" else f"ram://{tmp_path.name}"
    tf.io.gfile.makedirs(f"{root}/inner")
    for name, content in (("b.txt", "four"), ("a.txt", "6 more"), (".hidden", "")):
        tf.io.gfile.GFile(f"{root}/{name}", "w").write(content)
    return root


def test_names_are_sorted_and_hidden_files_left_out(folder):
    assert files.file_names(folder) == ["a.txt", "b.txt", "inner"]
    assert files.file_names(files.join(folder, "nowhere")) == []


def test_files_and_folders_are_told_apart(folder):
    assert files.is_file(files.join(folder, "a.txt")) and not files.is_folder(files.join(folder, "a.txt"))
    assert files.is_folder(folder) and not files.is_file(folder)
    assert not files.is_file(files.join(folder, "c.txt"))


def test_contents_and_sizes(folder):
    assert files.read_bytes(files.join(folder, "a.txt")) == b"6 more"
    assert files.file_sizes([files.join(folder, name) for name in ("b.txt", "a.txt")]) == [4, 6]


def test_a_file_that_is_written_anew_has_another_state(folder):
    path = files.join(folder, "a.txt")
    [(size, before)] = files.file_states([path])
    time.sleep(0.01)
    files.write_bytes(path, b"7 more")
    [(same, after)] = files.file_states([path])
    # The store in memory does not tell.
    assert size == same == 6 and (after == 0 if files.is_remote(folder) else after > before)
    assert files.changed_at(path) == after


def test_a_missing_file_is_named(folder):
    with pytest.raises(FileNotFoundError, match=r"c\.txt"):
        files.read_bytes(files.join(folder, "c.txt"))


def test_a_file_is_written_in_place_of_an_earlier_one_and_leaves_nothing_beside_it(folder):
    path = files.join(folder, "new", "deeper", "c.txt")
    files.write_bytes(path, b"first")
    files.write_bytes(path, b"second, longer")
    assert files.read_bytes(path) == b"second, longer"
    assert [name.rstrip("/") for name in tf.io.gfile.listdir(files.join(folder, "new", "deeper"))] == ["c.txt"]


def test_a_file_is_created_only_where_there_is_none(folder):
    path = files.join(folder, "new", "c.txt")
    assert files.create_bytes(path, b"first") and not files.create_bytes(path, b"second")
    assert files.read_bytes(path) == b"first"
    assert [name.rstrip("/") for name in tf.io.gfile.listdir(files.join(folder, "new"))] == ["c.txt"]


def test_of_several_that_create_a_file_at_once_one_does(tmp_path, monkeypatch):
    path = str(tmp_path / "c.txt")
    monkeypatch.setattr(files, "exists", lambda _: False)  # as each of them sees it
    assert [files.create_bytes(path, content) for content in (b"first", b"second")] == [True, False]
    assert files.read_bytes(path) == b"first"


def test_a_file_is_created_where_the_file_system_knows_no_links(tmp_path, monkeypatch):
    def unknown(*_):
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(files.os, "link", unknown)
    assert files.create_bytes(str(tmp_path / "c.txt"), b"first")
    assert [path.name for path in tmp_path.iterdir()] == ["c.txt"]


def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_beside_it(folder, monkeypatch):
    path = files.join(folder, "a.txt")

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(files.os, "replace", full)
    monkeypatch.setattr(tf.io.gfile, "rename", full)
    with pytest.raises(OSError, match="no space left"):
        files.write_bytes(path, b"half")
    assert files.read_bytes(path) == b"6 more"
    assert sorted(name.rstrip("/") for name in tf.io.gfile.listdir(folder)) == [".hidden", "a.txt", "b.txt", "inner"]


def test_json_is_read_as_it_was_written(folder):
    path = files.join(folder, "values.json")
    files.write_json(path, {"a": [1, 2.5, None], "name": "Küche"})
    assert files.read_json(path) == {"a": [1, 2.5, None], "name": "Küche"}


@pytest.mark.parametrize(("content", "message"), [(b'{"a": ', "whole JSON"), (b"[1]", "JSON object. Received: list")])
def test_json_that_is_cut_off_or_no_object_is_named(folder, content, message):
    path = files.join(folder, "values.json")
    files.write_bytes(path, content)
    with pytest.raises(ValueError, match=f"values.json.*{message}"):
        files.read_json(path)


def test_a_missing_json_file_names_the_script_that_makes_it(folder):
    with pytest.raises(FileNotFoundError, match=r"metrics\.json; it is written by scripts/evaluate\.py"):
        files.read_json(files.join(folder, "metrics.json"))


def test_files_and_folders_are_removed_and_renamed(folder):
    files.write_bytes(files.join(folder, "full", "c.txt"), b"c")
    files.rename(files.join(folder, "full", "c.txt"), files.join(folder, "full", "d.txt"))
    assert files.file_names(files.join(folder, "full")) == ["d.txt"]
    for name in ("full", "a.txt", "nowhere"):
        files.remove(files.join(folder, name))
    assert files.file_names(folder) == ["b.txt", "inner"]


def test_a_whole_folder_takes_the_place_of_an_earlier_one_only_without_an_error(tmp_path):
    path = str(tmp_path / "model")
    with files.whole_folder(path, "output") as unfinished:
        files.write_bytes(files.join(unfinished, "a.txt"), b"first")
        assert not files.exists(path)
    with pytest.raises(KeyError), files.whole_folder(path, "output") as unfinished:
        files.write_bytes(files.join(unfinished, "a.txt"), b"second")
        raise KeyError
    assert files.read_bytes(files.join(path, "a.txt")) == b"first"
    with files.whole_folder(path, "output") as unfinished:
        files.write_bytes(files.join(unfinished, "b.txt"), b"third")
    assert files.file_names(path) == ["b.txt"] and files.file_names(str(tmp_path)) == ["model"]


def test_a_whole_folder_that_cannot_be_made_is_named(folder):
    path = "unknown://place/model" if "://" in folder else files.join(folder, "a.txt", "model")
    with pytest.raises(OSError, match=f"`output` must be a place that can be written. Received: {path}"):
        with files.whole_folder(path, "output"):
            pass


def test_a_folder_that_cannot_be_written_is_named_by_its_argument(folder):
    files.check_writable(files.join(folder, "made"), "output")
    assert files.is_folder(files.join(folder, "made"))
    with pytest.raises(OSError, match="`output` must be a directory that can be written"):
        files.check_writable(files.join(folder, "a.txt") if "://" not in folder else "unknown://place", "output")
