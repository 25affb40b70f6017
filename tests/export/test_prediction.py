"""Predictions on a folder: what is written is what the model says, and nothing is lost on bad input."""

import csv
import os

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from bmt_tf.export import predict_folder
from bmt_tf.tasks.colouring import colour_map


@pytest.fixture
def images_dir(tmp_path):
    folder = tmp_path / "photographs"
    folder.mkdir()
    random = np.random.default_rng(5)
    for name, size in (("a", (12, 16)), ("b", (9, 7)), ("c", (12, 16)), ("d", (12, 16))):
        Image.fromarray(random.integers(0, 256, [*size, 3], np.uint8)).save(folder / f"{name}.png")
    return folder


def outputs_for(served, path):
    loaded = tf.saved_model.load(served)
    image = np.array(Image.open(path))
    return {name: value[0].numpy() for name, value in loaded.signatures["serving_default"](image=image[None]).items()}


def test_arrays_and_pictures_are_those_of_the_model(served, tasks, images_dir, tmp_path):
    output = tmp_path / "out"
    assert predict_folder(served, str(images_dir), str(output), batch_size=2) == 4
    for name in "abcd":
        wanted = outputs_for(served, images_dir / f"{name}.png")
        for task in tasks:
            array = np.load(output / task.name / f"{name}.npy")
            np.testing.assert_allclose(array, np.squeeze(wanted[task.name]), atol=1e-5)
            if task.kind.dense:
                picture = Image.open(output / task.name / f"{name}.png")
                drawn = colour_map(array.reshape(wanted[task.name].shape), task)
                np.testing.assert_array_equal(np.array(picture.convert("RGB")), drawn)
    classes = np.array(Image.open(output / "semseg" / "b.png"))
    np.testing.assert_array_equal(classes, np.load(output / "semseg" / "b.npy"))


def test_predictions_per_image_are_also_one_table(served, images_dir, tmp_path):
    predict_folder(served, str(images_dir), str(tmp_path / "out"), task="scene")
    assert os.listdir(tmp_path / "out" / "scene") and not (tmp_path / "out" / "depth").exists()
    with open(tmp_path / "out" / "scene.csv") as file:
        header, *rows = csv.reader(file)
    assert header == ["image", "kitchen", "street"]
    assert [row[0] for row in rows] == ["a", "b", "c", "d"]
    for name, *values in rows:
        np.testing.assert_allclose(np.float32(values), np.load(tmp_path / "out" / "scene" / f"{name}.npy"), rtol=1e-4)


def test_the_photographs_among_other_files_are_predicted(served, images_dir, tmp_path):
    (images_dir / "notes.txt").write_text("no image")
    (images_dir / "a.json").write_text("{}")
    assert predict_folder(served, str(images_dir), str(tmp_path / "out"), task="scene") == 4
    assert sorted(os.listdir(tmp_path / "out" / "scene")) == [f"{name}.npy" for name in "abcd"]


def test_photographs_that_differ_by_their_ending_do_not_overwrite_each_other(served, images_dir, tmp_path):
    Image.open(images_dir / "b.png").save(images_dir / "a.bmp")
    assert predict_folder(served, str(images_dir), str(tmp_path / "out"), task="scene") == 5
    wanted = {"a.bmp": "b.png", "a.png": "a.png", "b": "b.png"}
    for name, image in wanted.items():
        array = np.load(tmp_path / "out" / "scene" / f"{name}.npy")
        np.testing.assert_allclose(array, outputs_for(served, images_dir / image)["scene"], atol=1e-5)


def test_a_damaged_photograph_is_named_after_all_others_are_done(served, images_dir, tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, [64, 64, 3], np.uint8)
    Image.fromarray(pixels).save(images_dir / "cut.png")
    (images_dir / "cut.png").write_bytes((images_dir / "cut.png").read_bytes()[:5000])
    (images_dir / "empty.jpg").write_bytes(b"")
    with pytest.raises(ValueError, match=r"2 damaged one\(s\); the other 4 are done:\n.*empty\.jpg.*\n.*cut\.png"):
        predict_folder(served, str(images_dir), str(tmp_path / "out"), task="depth")
    assert sorted(os.listdir(tmp_path / "out" / "depth")) == [f"{n}.{end}" for n in "abcd" for end in ("npy", "png")]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"task": "saliency"}, "`task` must be one of.*saliency"),
        ({"batch_size": 0}, "`batch_size` must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused(served, images_dir, tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        predict_folder(served, str(images_dir), str(tmp_path / "out"), **wrong)
