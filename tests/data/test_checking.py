"""Tests of the check of a whole data set."""

import json
import os
import shutil

import numpy as np
import pytest
from PIL import Image

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


def messages(problems):
    return {problem.file.rpartition("rooms/")[2]: (str(problem), problem.grave) for problem in problems}


def test_every_file_that_nothing_reads_is_named(data_folder, write):
    train = data_folder / "train"
    write(train / "image" / "d.tif", np.zeros([4, 6, 3], np.uint8))
    write(train / "semseg" / "a.bmp", np.zeros([4, 6], np.uint8))
    write(train / "edge" / "a.jpg", np.zeros([4, 6], np.uint8))
    (train / "depth" / "notes.txt").write_text("none")
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini"):
        (train / "image" / name).write_text("of the system")
    write(train / "depht" / "a.png", np.zeros([4, 6], np.uint8))
    write(data_folder / "test" / "image" / "a.png", np.zeros([4, 6, 3], np.uint8))
    (data_folder / "README.md").write_text("ours")
    found = messages(check_data(str(data_folder)))
    assert {name: grave for name, (_, grave) in found.items()} == {
        "train/image/d.tif": True,
        "train/semseg/a.bmp": True,
        "train/edge/a.jpg": True,
        "train/depth/notes.txt": False,
        "train/depht": False,
        "test": False,
    }
    assert "must be a file that ends in .png, .npy to be used. Received: 'a.jpg'" in found["train/edge/a.jpg"][0]


def sideways(path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(path).save(path, exif=exif)


def described(root, **image):
    content = json.loads((root / "dataset.json").read_text())
    (root / "dataset.json").write_text(json.dumps(content | {"image": image}))


def test_labels_of_photographs_that_a_camera_turned_need_a_word_on_how_they_were_drawn(data_folder):
    sideways(data_folder / "train" / "image" / "a.png")
    found = messages(check_data(str(data_folder), tasks=["semseg"]))
    assert "`labels_drawn_on`" in found["train/image/a.png"][0] and found["train/image/a.png"][1]
    described(data_folder, labels_drawn_on="stored")
    stored = open_data(str(data_folder), "train")
    assert check_data(stored, tasks=["semseg"]) == []
    example = stored.only(["semseg"])[0]
    on_disk = np.array(Image.open(data_folder / "train" / "semseg" / "a.png"))
    assert example["image"].shape == (6, 4, 3) and stored.image_size(0) == (6, 4)
    np.testing.assert_array_equal(example["labels"]["semseg"][..., 0], np.rot90(on_disk, -1))
    (problem,) = check_data(stored, tasks=["normals"])
    assert "which holds directions, must be drawn on the upright photo" in str(problem)
    described(data_folder, labels_drawn_on="upright")
    (problem,) = check_data(str(data_folder), tasks=["semseg"])
    assert "must have the size of its image" in str(problem)


def test_photographs_and_labels_match_in_any_unicode_form(data_folder, write):
    for folder, name in (("image", "Ku\u0308che"), ("edge", "K\u00fcche")):
        write(
            data_folder / "train" / folder / f"{name}.png",
            np.zeros([4, 6, 3][: 3 if folder == "image" else 2], np.uint8),
        )
    assert check_data(str(data_folder)) == []
    source = open_data(str(data_folder), "train")
    assert (source[source.ids.index("K\u00fcche")]["labels"]["edge"] == 0).all()
    write(data_folder / "train" / "edge" / "Ku\u0308che.png", np.zeros([4, 6], np.uint8))
    (problem,) = check_data(str(data_folder), splits=["train"])
    assert "Unicode form only" in str(problem) and r"Ku\u0308che" in str(problem)


def test_names_that_are_no_text_are_named(data_folder):
    image = (data_folder / "train" / "image" / "a.png").read_bytes()
    with open(os.fsencode(data_folder / "train" / "image") + b"/\xff.png", "wb") as file:
        file.write(image)
    (problem,) = check_data(str(data_folder), splits=["train"])
    assert r"must be UTF-8. Received: b'\xff.png'" in str(problem)
