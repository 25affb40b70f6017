"""A data set written as a folder reads back as it was, but for what the format rounds."""

import json

import numpy as np
import pytest
from PIL import Image

from bmt_tf.data import Folder, check_data, write_folder
from bmt_tf.data.sets.scenes import Scenes
from bmt_tf.tasks import get_task


def few(split="val", tasks=("semseg", "human_parts", "saliency", "normals", "edge", "depth", "scene")):
    return Scenes(split, 3, 24, 32).only(tasks)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("scenes") / "folder"
    write_folder({"train": few("train"), "val": few()}, root)
    return root


def degrees(one, other):
    return np.degrees(np.arccos(np.clip((one.astype(float) * other).sum(-1), -1, 1)))


@pytest.mark.parametrize("split", ["train", "val"])
def test_the_folder_reads_back_as_the_source(written, split):
    source, folder = few(split), Folder(str(written), split)
    assert folder.name == "scenes" and folder.ids == source.ids and tuple(folder.tasks) == tuple(source.tasks)
    for index in range(len(source)):
        wanted, got = source[index], folder[index]
        np.testing.assert_array_equal(got["image"], wanted["image"])
        for task in ("semseg", "human_parts", "saliency", "edge", "scene"):
            np.testing.assert_array_equal(got["labels"][task], wanted["labels"][task], err_msg=task)
        np.testing.assert_allclose(got["labels"]["depth"], wanted["labels"]["depth"], atol=0.00051)
        ours, theirs = got["labels"]["normals"], wanted["labels"]["normals"]
        np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
        assert np.nanmax(degrees(ours, theirs)) < 0.4


def test_the_folder_has_the_tasks_of_the_source(written):
    for name, task in few().tasks.items():
        assert Folder(str(written), "val").tasks[name] == task


def test_the_folder_has_no_faults_but_splits_without_a_label(written):
    assert [problem for problem in check_data(str(written)) if "must have labels" not in problem.message] == []


def test_a_missing_label_has_no_file(tmp_path, array_source):
    source = array_source(
        [get_task("depth"), get_task("attributes")],
        [np.zeros([4, 6, 3], np.uint8)],
        [{"attributes": np.resize(np.array([0, 1, 255], np.uint8), 40)}],
    )
    write_folder({"train": source}, tmp_path)
    assert not (tmp_path / "train" / "depth").exists()
    labels = Folder(str(tmp_path), "train")[0]["labels"]
    assert np.isnan(labels["depth"]).all()
    np.testing.assert_array_equal(labels["attributes"], source[0]["labels"]["attributes"])


@pytest.mark.parametrize("deepest", [80.25, 0.0002])
def test_depth_that_does_not_fit_a_png_is_kept_unchanged(tmp_path, array_source, deepest):
    depth = np.full([4, 6, 1], 2.0, np.float32)
    depth[0, 0], depth[1, 1] = deepest, np.nan
    image = np.zeros([4, 6, 3], np.uint8)
    write_folder({"train": array_source([get_task("depth")], [image], [{"depth": np.ones_like(depth)}])}, tmp_path)
    write_folder({"train": array_source([get_task("depth")], [image], [{"depth": depth}])}, tmp_path)
    np.testing.assert_array_equal(Folder(str(tmp_path), "train")[0]["labels"]["depth"], depth)


def test_ignored_pixels_stay_ignored(tmp_path, array_source):
    tasks = [get_task("semseg"), get_task("saliency")]
    labels = {task.name: np.array([[0, 1, 255]], np.uint8)[..., None] for task in tasks}
    write_folder({"train": array_source(tasks, [np.zeros([1, 3, 3], np.uint8)], [labels])}, tmp_path)
    for name, label in Folder(str(tmp_path), "train")[0]["labels"].items():
        np.testing.assert_array_equal(label, labels[name])


def test_fewer_images_are_spread_over_the_split(tmp_path):
    write_folder({"val": Scenes("val", 9, 8, 8).only(["edge"])}, tmp_path, images=3)
    assert Folder(str(tmp_path), "val").ids == ("val_00000", "val_00004", "val_00008")


def test_jpeg_images_are_near_what_was_written(tmp_path):
    source = few(tasks=["depth"])
    write_folder({"val": source}, tmp_path, image_format="jpeg")
    assert Image.open(tmp_path / "val" / "image" / "val_00000.jpg").format == "JPEG"
    difference = Folder(str(tmp_path), "val")[0]["image"].astype(int) - source[0]["image"]
    assert 0 < np.abs(difference).mean() < 4


def test_a_folder_of_other_data_is_left_alone(tmp_path):
    write_folder({"val": few()}, tmp_path)
    before = (tmp_path / "dataset.json").read_text()
    with pytest.raises(FileExistsError, match="says something else"):
        write_folder({"val": few(tasks=["edge"])}, tmp_path)
    assert (tmp_path / "dataset.json").read_text() == before
    (tmp_path / "dataset.json").write_text("{")
    with pytest.raises(FileExistsError, match="says something else"):
        write_folder({"val": few()}, tmp_path)


def test_no_unfinished_file_is_left(written):
    assert json.loads((written / "dataset.json").read_text())["splits"] == ["train", "val"]
    assert not [path for path in written.rglob(".*")]


@pytest.mark.parametrize(
    ("sources", "options", "message"),
    [
        ({}, {}, "must not be empty"),
        ({"val": few()}, {"images": 0}, "be at least 1"),
        ({"val": few()}, {"image_format": "gif"}, "be one of png, jpeg"),
        ({"train": few("train"), "val": few(tasks=["edge"])}, {}, "same tasks in every split"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, sources, options, message):
    with pytest.raises(ValueError, match=message):
        write_folder(sources, tmp_path, **options)
    assert not list(tmp_path.iterdir())


def test_ids_must_differ_as_file_names(tmp_path, array_source):
    source = array_source([get_task("depth")], [np.zeros([4, 6, 3], np.uint8)] * 2)
    source.ids = ("a/b", "a_b")
    with pytest.raises(ValueError, match="differ as file names"):
        write_folder({"train": source}, tmp_path)


def test_a_label_that_no_file_can_hold_names_the_example(tmp_path, array_source):
    edge = np.array([[0, 1, 255]], np.uint8)[..., None]
    source = array_source([get_task("edge")], [np.zeros([1, 3, 3], np.uint8)], [{"edge": edge}])
    with pytest.raises(ValueError, match=r"'image0', task 'edge'.*everywhere or nowhere"):
        write_folder({"train": source}, tmp_path)
