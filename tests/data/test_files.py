"""Tests of local and remote file access."""

import pytest
import tensorflow as tf

from bmt_tf.data import files


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


def test_a_missing_file_is_named(folder):
    with pytest.raises(FileNotFoundError, match=r"c\.txt"):
        files.read_bytes(files.join(folder, "c.txt"))
