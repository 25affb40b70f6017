"""The rendered scenes in the layout of PASCAL-Context."""

import numpy as np
import pytest

from bmt_tf.data import Scenes, check_data, open_data, write_layout
from bmt_tf.tasks import empty_label, get_task

NAMES = {"seat": "chair", "table": "diningtable", "plant": "pottedplant", "person": "person", "car": "car"}
OUTDOORS = ("ground", "plant", "sky")  # classes of which the normals of the data set are not known


def borders(classes):
    """Where a class differs from that to the right, below, or below on the right, of classes connected by sides."""
    found = np.zeros(classes.shape, bool)
    found[:, :-1] |= classes[:, :-1] != classes[:, 1:]
    found[:-1] |= classes[:-1] != classes[1:]
    found[:-1, :-1] |= classes[:-1, :-1] != classes[1:, 1:]
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("PASCAL_MT")
    source = Scenes("val", 6, 24, 32)
    write_layout({"val": source}, root, "pascal_context")
    return source, open_data(str(root), "val")


def test_what_is_read_back_is_what_was_rendered(written):
    source, read = written
    assert read.name == "pascal_context" and read.ids == source.ids and not check_data(read)
    voc, people = get_task("semseg").classes, 0
    for one, other in zip(source, read, strict=True):
        names = np.array(source.tasks["semseg"].classes)[one["labels"]["semseg"][..., 0]]
        expected = [voc.index(NAMES.get(name, "background")) for name in names.ravel()]
        np.testing.assert_array_equal(other["labels"]["semseg"].ravel(), expected)
        for task in ("human_parts", "saliency"):
            np.testing.assert_array_equal(other["labels"][task], one["labels"][task])
        known = ~np.isin(names, OUTDOORS)
        normals = np.where(known[..., None], one["labels"]["normals"], np.nan)
        np.testing.assert_allclose(other["labels"]["normals"], normals, atol=0.01)
        people += (other["labels"]["human_parts"] < 255).any()
        assert np.abs(one["image"].astype(int) - other["image"]).mean() < 9
    assert people


def test_edges_are_the_borders_of_the_classes(written):
    source, read = written
    for one, other in zip(source, read, strict=True):
        edges, around = other["labels"]["edge"][..., 0] == 1, borders(one["labels"]["semseg"][..., 0])
        # Thinned, they are some of the pixels on a border, and none where there is no border.
        assert not (edges & ~around).any() and edges.sum() >= around.sum() / 4


def test_labels_that_are_missing_get_no_file(array_source, tmp_path):
    tasks = [Scenes.every_task[name] for name in ("semseg", "human_parts", "saliency", "normals")]
    write_layout({"val": array_source(tasks, [np.zeros([4, 4, 3], np.uint8)])}, tmp_path, "pascal_context")
    read = open_data(str(tmp_path), "val")
    assert {path.parent.name for path in tmp_path.rglob("*.*")} == {"JPEGImages", "Context", "human_parts"}
    for name, label in read[0]["labels"].items():
        np.testing.assert_array_equal(label, empty_label(read.tasks[name], 4, 4))
