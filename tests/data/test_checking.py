"""Tests of the check of a whole data set."""

import shutil

import numpy as np
import pytest

from bmt_tf.data import check_data, open_data
from bmt_tf.tasks import get_task


def found(problems, root):
    return [(problem.file.replace(str(root), "").lstrip("/"), problem.task) for problem in problems]


def test_a_sound_folder_has_no_problems(data_folder):
    assert check_data(str(data_folder)) == []


@pytest.fixture
def broken(data_folder, write):
    """A folder with every fault there is."""
    train = data_folder / "train"
    write(train / "semseg" / "a.png", np.full([4, 6], 57, np.uint8))
    write(train / "edge" / "b.png", np.zeros([6, 4], np.uint8))
    (train / "normals" / "c.png").write_text("no image")
    (train / "image" / "c.png").write_bytes((train / "image" / "c.png").read_bytes()[:50])
    write(train / "depth" / "z.png", np.ones([4, 6], np.uint16))
    shutil.rmtree(data_folder / "val" / "depth")
    return data_folder


def test_every_problem_is_listed(broken):
    problems = check_data(str(broken))
    assert found(problems, broken) == [
        ("train/depth/z.png", "depth"),
        ("train/semseg/a.png", "semseg"),
        ("train/edge/b.png", "edge"),
        ("train/image/c.png", "image"),
        ("train/normals/c.png", "normals"),
        ("rooms/val", "depth"),
    ]
    assert str(problems[1]).startswith(
        f"{broken}/train/semseg/a.png: a label of task 'semseg' must hold classes 0 to 2"
    )


def test_one_split_some_tasks_few_examples(broken):
    assert found(check_data(str(broken), splits=["val"]), broken) == [("rooms/val", "depth")]
    assert found(check_data(open_data(str(broken), "train"), tasks=["edge"]), broken) == [
        ("train/edge/b.png", "edge"),
        ("train/image/c.png", "image"),
    ]
    assert found(check_data(str(broken), splits=["train"], tasks=["semseg"], limit=1), broken) == [
        ("train/semseg/a.png", "semseg")
    ]


def test_missing_splits_and_descriptions_are_problems(data_folder):
    shutil.rmtree(data_folder / "val")
    assert found(check_data(str(data_folder)), data_folder) == [("val", "")]
    (data_folder / "dataset.json").write_text("{")
    assert found(check_data(str(data_folder)), data_folder) == [("dataset.json", "")]


def test_the_missing_images_of_nyud_are_listed(tmp_path):
    (tmp_path / "gt_sets").mkdir()
    (tmp_path / "gt_sets" / "train.txt").write_text("0001\n0002\n")
    problems = found(check_data(str(tmp_path), tasks=["depth"]), tmp_path)
    assert problems == [
        ("nyud/train", "depth"),
        ("images/0001.jpg", "image"),
        ("images/0002.jpg", "image"),
        ("val", ""),
    ]


def test_any_source_can_be_checked(array_source):
    images = [np.zeros([4, 6, 3], np.uint8)] * 2
    source = array_source([get_task("depth")], images, [{}, {"depth": np.zeros([4, 5, 1], np.float32)}])
    assert found(check_data(source), "") == [("image1", "")]
