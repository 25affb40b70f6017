"""Tests of label files: what their numbers become, and which are refused."""

import numpy as np
import pytest

from bmt_tf.data.labels.label_files import read_label
from bmt_tf.tasks import get_task

SEMSEG = get_task("semseg", channels=3)


@pytest.fixture
def read(tmp_path, write):
    def written_and_read(task, values, suffix=".png", **encoding):
        write(tmp_path / f"label{suffix}", values)
        label = read_label(str(tmp_path / f"label{suffix}"), task, encoding)
        assert label.dtype == task.kind.dtype
        assert label.shape == task.kind.label_shape(task.channels, *(*label.shape, 0)[:2])
        return label

    return written_and_read


def row(*values, dtype=np.uint8):
    return np.array([values], dtype)


def test_classes(read):
    assert read(SEMSEG, row(0, 2, 255)).ravel().tolist() == [0, 2, 255]
    assert read(SEMSEG, row(0, 2, 255), ".npy").ravel().tolist() == [0, 2, 255]
    assert read(SEMSEG, row(0, 1, 3), first=1, ignore=0).ravel().tolist() == [255, 0, 2]
    assert read(SEMSEG, row(0, 7, 255), ignore=[7, 255]).ravel().tolist() == [0, 255, 255]
    assert read(SEMSEG, row(1.0, 2.0, dtype=float)[..., None], ".npy").ravel().tolist() == [1, 2]


@pytest.mark.parametrize("ignore", [{}, {"first": 1, "ignore": 0}])
def test_a_class_out_of_range_is_named(read, ignore):
    allowed = "1 to 3, or 0" if ignore else "0 to 2, or 255"
    message = (
        rf"label\.png: a label of task 'semseg' must hold classes {allowed} \(ignored\)\. Received: 57 in 2 places"
    )
    with pytest.raises(ValueError, match=message):
        read(SEMSEG, row(1, 57, 57), **ignore)


def test_many_wrong_classes_are_abbreviated(read):
    with pytest.raises(ValueError, match=r"3, 4, 5, 6, 7, \.\.\. in 20 places"):
        read(SEMSEG, np.arange(23, dtype=np.uint8)[None])


@pytest.mark.parametrize("values", [row(0.5, dtype=float), row(np.nan, dtype=float), row(np.inf, dtype=float)])
def test_classes_are_whole_numbers(read, values):
    with pytest.raises(ValueError, match="must hold whole numbers"):
        read(SEMSEG, values, ".npy")


def test_class_labels_have_one_channel(read):
    with pytest.raises(ValueError, match=r"must have one channel.*\[4, 6, 3\]"):
        read(SEMSEG, np.zeros([4, 6, 3], np.uint8))


def test_saliency(read):
    task = get_task("saliency")
    assert read(task, row(0, 255, 128)).ravel().tolist() == [0, 1, 255]
    assert read(task, row(0, 255, 9), ignore=9).ravel().tolist() == [0, 1, 255]
    assert read(task, row(0, 1, 255), ".npy").ravel().tolist() == [0, 1, 255]
    assert read(task, row(False, True, dtype=bool)).ravel().tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"0, 255 \(salient\) or 128 \(ignored\)\. Received: 1 in 1 places"):
        read(task, row(0, 1))


def test_edge(read):
    task = get_task("edge")
    assert read(task, row(0, 127, 128, 255)).ravel().tolist() == [0, 0, 1, 1]
    assert read(task, row(0, 1), positive_from=1).ravel().tolist() == [0, 1]
    assert read(task, row(False, True, dtype=bool)).ravel().tolist() == [0, 1]
    assert read(task, row(0, 0.4, 0.5, 1, dtype=float), ".npy").ravel().tolist() == [0, 0, 1, 1]
    with pytest.raises(ValueError, match=r"numbers from 0 to 1\. Received: 255"):
        read(task, row(0, 255), ".npy")


def test_depth(read):
    task = get_task("depth")
    np.testing.assert_allclose(read(task, row(0, 2500, dtype=np.uint16)).ravel(), [np.nan, 2.5])
    np.testing.assert_allclose(
        read(task, row(9, 10, dtype=np.uint16), metres_per_step=0.5, invalid=9).ravel(), [np.nan, 5]
    )
    values = row(np.nan, np.inf, 0, 255.0, dtype=float)
    np.testing.assert_array_equal(read(task, values, ".npy").ravel(), [np.nan, np.nan, np.nan, 255])
    with pytest.raises(ValueError, match=r"positive depths in metres\. Received: -1\.0 in 1 places"):
        read(task, row(-1, 2, dtype=float), ".npy")


def test_normals_are_unit_vectors(read):
    task = get_task("normals")
    pixels = np.array([[[128, 128, 253], [0, 0, 0], [253, 128, 253]]], np.uint8)
    expected = [[0, 0, 1], [np.nan] * 3, [0.5**0.5, 0, 0.5**0.5]]
    np.testing.assert_allclose(read(task, pixels, invalid=[0, 0, 0])[0], expected, atol=1e-6)
    np.testing.assert_allclose(
        read(task, np.array([[[127, 128, 127], [0, 127, 128]]], np.uint8), zero=127.5, scale=127.5)[0],
        [[np.nan] * 3, [-1, 0, 0]],
        atol=0.005,
    )
    vectors = np.array([[[0, 0, 0], [0, -2, 0], [np.nan, 0, 1]]])
    np.testing.assert_array_equal(read(task, vectors, ".npy")[0], [[np.nan] * 3, [0, -1, 0], [np.nan] * 3])
    with pytest.raises(ValueError, match=r"have the shape \[H, W, 3\]. Received: shape \[1, 2\]"):
        read(task, row(0, 1))


def test_scene_probabilities(read):
    task = get_task("scene", channels=2)
    np.testing.assert_allclose(read(task, np.array([0.25, 0.75]), ".npy"), [0.25, 0.75])
    assert np.isnan(read(task, np.full(2, np.nan), ".npy")).all()
    for wrong in ([0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="probabilities that sum to 1"):
            read(task, np.array(wrong), ".npy")
    with pytest.raises(ValueError, match=r"the shape \[2\]. Received: shape \[3\]"):
        read(task, np.ones(3) / 3, ".npy")


def test_attributes(read):
    task = get_task("attributes", channels=3)
    assert read(task, np.array([0, 1, 255]), ".npy").tolist() == [0, 1, 255]
    with pytest.raises(ValueError, match=r"0, 1 or 255 \(unknown\)\. Received: -1"):
        read(task, np.array([0, 1, -1]), ".npy")
