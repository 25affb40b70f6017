"""Data sets whose splits are lists of ids."""

import numpy as np
import pytest

from bmt_tf.data.sets.listed import LabelFolders, Listed, read_ids
from bmt_tf.tasks import get_task

SEMSEG = {"semseg": get_task("semseg", channels=3)}


@pytest.mark.parametrize("content", [b"b\na\n", b"\xef\xbb\xbfb\r\na\r\n", b"b\ra", b"\n b \n\n a"])
def test_ids_are_read_with_any_ends_of_lines(tmp_path, content):
    (tmp_path / "list.txt").write_bytes(content)
    assert read_ids(str(tmp_path / "list.txt")) == ["b", "a"]


def test_files_are_found_by_the_list_and_an_earlier_folder_goes_first(tmp_path, write):
    for folder, ids in (("photos", "abc"), ("good", "a"), ("rest", "abd")):
        for id_ in ids:
            write(tmp_path / folder / f"{id_}.png", np.zeros([1, 1], np.uint8))
    (tmp_path / "rest" / "c.txt").write_text("")
    (tmp_path / "list.txt").write_text("b\na\nmissing\n")
    labels = {"semseg": LabelFolders(("good", "rest"), (".png",), {})}
    source = Listed("letters", str(tmp_path), "train", str(tmp_path / "list.txt"), "photos", SEMSEG, labels)
    assert source.ids == ("b", "a", "missing")
    assert source.label_paths == {
        "semseg": {"b": str(tmp_path / "rest" / "b.png"), "a": str(tmp_path / "good" / "a.png")}
    }
    assert source.image_paths["missing"] == str(tmp_path / "photos" / "missing.jpg")
    assert [path for path, _ in source.unused_files()] == [str(tmp_path / "rest" / "c.txt")]
