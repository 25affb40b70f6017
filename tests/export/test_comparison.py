"""The comparison lets an equal SavedModel pass and names the tasks of an unequal one."""

import numpy as np
import pytest

from bmt_tf.export import comparison
from bmt_tf.export.comparison import _differing, compare
from bmt_tf.export.description import describe
from bmt_tf.export.formats import load_served, read_served
from bmt_tf.export.formats.saved_model import write_saved_model
from bmt_tf.export.serving import Exportable
from bmt_tf.runs.scoring import score
from bmt_tf.tasks import empty_label

STRIDE = 4


SIZES = ((16, 20), (13, 9))


class Photographs:
    """Noise of sizes that are and are not multiples of the stride, with labels, the last without one of its scene."""

    name, split = "photographs", "val"

    def __init__(self, tasks):
        self.tasks, self.ids = {task.name: task for task in tasks}, ("0", "1")

    def __len__(self):
        return len(SIZES)

    def __getitem__(self, index):
        random, size = np.random.default_rng(index), SIZES[index]
        labels = {name: empty_label(task, *size) for name, task in self.tasks.items()}
        labels["semseg"] = random.integers(0, 3, [*size, 1], np.uint8)
        labels["depth"] = random.uniform(0, 5, [*size, 1]).astype(np.float32)
        labels["edge"] = random.integers(0, 2, [*size, 1], np.uint8)
        if index == 0:
            labels["scene"] = np.float32([1, 0])
        image = random.integers(0, 256, [*size, 3], np.uint8)
        return {"image": image, "labels": labels, "id": self.ids[index]}


@pytest.fixture
def source(tasks):
    return Photographs(tasks)


def test_a_saved_model_equals_the_network_it_was_made_of(served, network, tasks, source):
    found = compare(load_served(served), network, tasks, source, [0, 1], stride=STRIDE)
    assert found["differing_share"] == {task.name: 0 for task in tasks}
    for name, row in score(network, source, tasks, stride=STRIDE).items():
        expected = None if row["value"] is None else pytest.approx(row["value"], rel=1e-5)
        assert found["scores"][name] == {"measure": row["measure"], "served": expected, "checkpoint": expected}
    assert found["scores"]["normals"]["served"] is None


def test_tasks_whose_weights_differ_are_named(served, network, tasks, source):
    kernel = network.get_layer("head_depth").kernel
    kernel.assign(kernel + 0.1)
    with pytest.raises(RuntimeError, match=r"for task 'depth' in .*saved_model") as caught:
        compare(load_served(served), network, tasks, source, [0, 1], stride=STRIDE)
    assert "normals" not in str(caught.value)


def test_an_axis_too_many_at_the_entry_point_of_a_task_is_noticed_in_large_photographs(served, network, tasks, source):
    photograph = np.random.default_rng(0).integers(0, 256, [64, 96, 3], np.uint8)
    large = [dict(source[0], image=photograph)]
    network_served = load_served(served)
    run = network_served.run
    network_served.run = lambda images, entry_point, size: {
        name: value[None] if entry_point == name == "edge" else value
        for name, value in run(images, entry_point, size).items()
    }
    with pytest.raises(RuntimeError, match=r"may differ by more than 0.001. Received: 50.00% for task 'edge' in"):
        compare(network_served, network, tasks, large, [0], stride=STRIDE)


def test_another_padding_is_noticed(served, network, tasks, source):
    with pytest.raises(RuntimeError, match="must predict what the checkpoint predicts"):
        compare(load_served(served), network, tasks, source, [0, 1], stride=8)


def test_a_model_that_scores_something_else_is_refused(served, network, tasks, source, monkeypatch):
    """Also where the predictions for a photograph are alike, and evaluation prepares it in another way."""
    monkeypatch.setattr(comparison, "_differing_shares", lambda *_, **__: {})
    with pytest.raises(RuntimeError, match=r"must score what evaluation gives the checkpoint, within 1%.*'depth'"):
        compare(load_served(served), network, tasks, source, [1], stride=32)


def test_scores_may_differ_where_images_are_resized_inside(network, tasks, source, tmp_path):
    path = str(tmp_path / "resized")
    about = {"stride": STRIDE, "serve_size": (8, 8)}
    write_saved_model(path, Exportable(network, tasks, **about))
    resized = read_served(path, describe(tasks, format="saved_model", sizes=(None,), made_by={}, **about))
    row = compare(resized, network, tasks, source, [0, 1], stride=STRIDE, serve_size=(8, 8))["scores"]["depth"]
    assert row["served"] != row["checkpoint"]


def test_elements_differ_by_class_by_tolerance_and_where_they_are_no_numbers():
    classes = np.array([[[0], [254]]], np.uint8)
    assert _differing(classes, np.array([[[0], [255]]], np.uint8), 1e-3).tolist() == [[False, True]]
    vectors = np.float32([[0, 0, 1], [0, 1, 0], [np.nan, 0, 0]])
    moved = np.float32([[0, 0, 1.0005], [0, 1.1, 0], [np.nan, 0, 0]])
    assert _differing(moved, vectors, 1e-3).tolist() == [False, True, True]
    # Of another form or type all of them differ, however many there are.
    for other in (vectors[:2], vectors[None], vectors.astype(np.float64)):
        assert _differing(other, vectors, 1e-3).tolist() == [True, True, True]
