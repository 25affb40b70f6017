"""Tests of data folders."""

import shutil

import numpy as np
import pytest
import tensorflow as tf
from contracts.sources import SourceContract

from bmt_tf.data import Folder
from bmt_tf.data.sets.folder import by_id


class TestFolder(SourceContract):
    @pytest.fixture
    def source(self, data_folder):
        return Folder(str(data_folder), "train")

    @pytest.fixture
    def others(self, data_folder):
        return [Folder(str(data_folder), "val")]


def test_examples_in_order_with_every_label(data_folder):
    source = Folder(str(data_folder), "train")
    assert (source.name, source.split, source.ids, len(source)) == ("rooms", "train", ("a", "b", "c"), 3)
    example = source[0]
    assert example["id"] == "a" and example["image"].shape == (4, 6, 3)
    assert {name: label.shape for name, label in example["labels"].items()} == {
        "semseg": (4, 6, 1), "depth": (4, 6, 1), "normals": (4, 6, 3), "edge": (4, 6, 1),
    }  # fmt: skip


def test_a_missing_file_is_an_ignored_label(data_folder):
    source = Folder(str(data_folder), "train")
    assert np.isnan(source[1]["labels"]["depth"]).all() and not np.isnan(source[0]["labels"]["depth"]).all()
    shutil.rmtree(data_folder / "train" / "semseg")
    assert (Folder(str(data_folder), "train")[0]["labels"]["semseg"] == 255).all()


def test_a_remote_folder_gives_the_same(data_folder, tmp_path):
    remote = f"ram://{tmp_path.name}/rooms"
    for path in data_folder.rglob("*.*"):
        target = f"{remote}/{path.relative_to(data_folder)}"
        tf.io.gfile.makedirs(target.rpartition("/")[0])
        tf.io.gfile.GFile(target, "wb").write(path.read_bytes())
    local, source = Folder(str(data_folder), "val"), Folder(remote, "val")
    assert source.fingerprint() == local.fingerprint()
    assert source.image_size(1) == (4, 6)
    for name, label in local[1]["labels"].items():
        np.testing.assert_array_equal(source[1]["labels"][name], label)


def test_a_missing_split_is_named(data_folder):
    with pytest.raises(ValueError, match=r"`split` must be one of \['train', 'val'\] of .*Received: split='test'"):
        Folder(str(data_folder), "test")
    shutil.rmtree(data_folder / "val")
    with pytest.raises(FileNotFoundError, match=r"a folder with images in .*/val/image\. Received: split='val'"):
        Folder(str(data_folder), "val")


def test_two_files_of_one_id_are_refused(data_folder, write):
    write(data_folder / "train" / "depth" / "a.npy", np.ones([4, 6]))
    with pytest.raises(ValueError, match=r"train/depth: an id must have one file.*a\.npy' and 'a\.png'"):
        Folder(str(data_folder), "train")


def test_other_files_are_passed_over(tmp_path):
    for name in ("b.JPG", "a.png", "c.txt", "d"):
        (tmp_path / name).touch()
    assert list(by_id(str(tmp_path), (".jpg", ".png"))) == ["a", "b"]
