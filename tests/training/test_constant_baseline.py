"""Constant predictions: the best ones known in advance, and how far a score is beyond them."""

import dataclasses
import os

import numpy as np
import pytest

from bmt_tf.data.sets.scenes import Scenes
from bmt_tf.runs import Run
from bmt_tf.tasks import get_task, register_task
from bmt_tf.training import constant_baseline
from bmt_tf.training.constant_baseline import (
    constant_outputs,
    constant_scores,
    constant_scores_of_runs,
    gap_closed,
)

ATTRIBUTES = get_task("attributes", channels=3)


class Arrays:
    """A source of labels given as arrays, on blank images."""

    name, split = "arrays", "train"

    def __init__(self, tasks, labels):
        self.tasks, self.labels = {task.name: task for task in tasks}, labels
        self.ids = tuple(map(str, range(len(labels))))

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return {"image": np.zeros([4, 4, 3], np.uint8), "labels": self.labels[index], "id": self.ids[index]}


def plane(values, dtype):
    return np.resize(np.array(values, dtype), 16).reshape(4, 4, 1)


def test_the_most_frequent_class_and_the_mean_depth_of_labelled_pixels():
    tasks = [get_task("semseg", channels=3), get_task("depth")]
    labels = [
        {"semseg": plane([2, 2, 2, 1], "uint8"), "depth": plane([1, 3], "float32")},
        {"semseg": plane([255], "uint8"), "depth": plane([5, 5, np.nan, np.nan], "float32")},
    ]
    found = constant_outputs(Arrays(tasks, labels), tasks)
    assert found["semseg"].argmax() == 2
    np.testing.assert_allclose(found["depth"], [(16 * 2 + 8 * 5) / 24])


def test_the_mean_distribution_and_the_commoner_value_of_each_attribute():
    tasks = [get_task("scene", channels=2), ATTRIBUTES]
    rows = [([0.9, 0.1], [1, 0, 255]), ([0.5, 0.5], [1, 0, 1]), ([0.7, 0.3], [0, 0, 255])]
    labels = [{"scene": np.array(s, np.float32), "attributes": np.array(a, np.uint8)} for s, a in rows]
    found = constant_outputs(Arrays(tasks, labels), tasks)
    np.testing.assert_allclose(np.exp(found["scene"]), [0.7, 0.3], rtol=1e-5)
    np.testing.assert_array_equal(found["attributes"] > 0, [True, False, True])


def test_no_other_normal_has_a_smaller_mean_angle():
    task = get_task("normals")
    rng = np.random.default_rng(1)
    normals = rng.normal([0, 0.2, 1], [0.6, 0.2, 0.1], [8, 4, 4, 3])
    normals = (normals / np.linalg.norm(normals, axis=-1, keepdims=True)).astype(np.float32)
    found = constant_outputs(Arrays([task], [{"normals": one} for one in normals]), [task])["normals"]

    def mean_angle(direction):
        return np.degrees(np.arccos(np.clip(normals @ (direction / np.linalg.norm(direction)), -1, 1))).mean()

    assert all(mean_angle(found) < mean_angle(found + 0.3 * rng.standard_normal(3)) + 0.5 for _ in range(50))


def test_a_task_without_labels_is_refused():
    task = get_task("depth")
    with pytest.raises(ValueError, match="must have labels of task 'depth'"):
        constant_outputs(Arrays([task], [{"depth": plane([np.nan], "float32")}]), [task])


def test_scores_are_those_of_the_measures():
    """Against a computation by hand of what one class and one depth everywhere score."""
    train, val = Scenes("train", 6, 16, 24), Scenes("val", 5, 16, 24)
    tasks = [train.tasks["semseg"], train.tasks["depth"]]
    outputs = constant_outputs(train, tasks)
    scores = constant_scores(train, val, tasks, batch_size=2)
    classes = np.concatenate([val[index]["labels"]["semseg"].ravel() for index in range(5)])
    depths = np.concatenate([val[index]["labels"]["depth"].ravel() for index in range(5)])
    guess = outputs["semseg"].argmax()
    share = (classes == guess).mean()
    count = len(set(classes.tolist()) | {guess})
    assert scores["semseg"]["value"] == pytest.approx(share / count, rel=1e-5)
    squares = (depths[~np.isnan(depths)] - outputs["depth"][0]) ** 2
    assert scores["depth"]["value"] == pytest.approx(np.sqrt(squares.mean()), rel=1e-4)
    assert scores["depth"]["images"] == 5


@pytest.mark.parametrize(
    ("value", "constant", "lower", "share"),
    [(0.5, 0.0, False, 0.5), (0.28, 0.1, False, 0.2), (30.0, 40.0, True, 0.25), (44.0, 40.0, True, -0.1)],
)
def test_share_of_the_gap(value, constant, lower, share):
    assert gap_closed(value, constant, lower) == pytest.approx(share)


@pytest.mark.parametrize("perfect, lower", [(0.0, True), (1.0, False)])
def test_no_gap_is_closed_where_the_constant_prediction_is_perfect(perfect, lower):
    assert np.isnan(gap_closed(0.5, perfect, lower))


@pytest.fixture
def depths(photographs):
    """A folder of photographs whose depth is known."""
    return photographs({"depth": ({"kind": "depth"}, lambda random, number: random.random((32, 32), np.float32))})


@pytest.fixture
def computed(monkeypatch, tmp_path):
    """The tasks whose constants were scored, one entry each time, with a cache of the test's own."""
    seen, score = [], constant_baseline.constant_scores
    monkeypatch.setenv("BMT_TF_CACHE", str(tmp_path / "cache"))

    def noted(train, scored, tasks):
        seen.append([task.name for task in tasks])
        return score(train, scored, tasks)

    monkeypatch.setattr(constant_baseline, "constant_scores", noted)
    return seen


def test_scores_are_kept_until_a_file_of_the_data_is_written_anew(depths, tiny, computed):
    run_dir = Run.begin(tiny(data=depths, tasks=("depth",))).path
    first, again = (constant_scores_of_runs([run_dir]) for _ in range(2))
    assert first == again and len(computed) == 1
    label = f"{depths}/val/depth/0.npy"
    size = os.path.getsize(label)
    np.save(label, 3 * np.load(label))
    assert os.path.getsize(label) == size  # as the fingerprint sees it
    assert constant_scores_of_runs([run_dir])["depth"]["value"] > first["depth"]["value"] and len(computed) == 2
    constant_scores_of_runs([run_dir], "train")
    assert len(computed) == 3


def test_scores_by_a_measure_of_the_users_own_are_computed_each_time(depths, tiny, computed, monkeypatch):
    run_dir = Run.begin(tiny(data=depths, tasks=("depth",))).path
    usual = get_task("depth")
    register_task(dataclasses.replace(usual, measure=lambda task: usual.measure(task)), replace=True)
    try:
        assert constant_scores_of_runs([run_dir]) == constant_scores_of_runs([run_dir])
    finally:
        register_task(usual, replace=True)
    assert computed == [["depth"]] * 2
