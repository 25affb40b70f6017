"""The comparison lets an equal SavedModel pass and names the tasks of an unequal one."""

import numpy as np
import pytest

from bmt_tf.export.comparison import _differing, compare

STRIDE = 4


@pytest.fixture
def images():
    random = np.random.default_rng(0)
    return [random.integers(0, 256, [*size, 3], np.uint8) for size in ((16, 20), (13, 9))]


def test_a_saved_model_equals_the_network_it_was_made_of(served, network, tasks, images):
    assert compare(served, network, tasks, images, stride=STRIDE) == {task.name: 0 for task in tasks}


def test_tasks_whose_weights_differ_are_named(served, network, tasks, images):
    kernel = network.get_layer("head_depth").kernel
    kernel.assign(kernel + 0.1)
    with pytest.raises(RuntimeError, match=r"for task 'depth' in saved_model") as caught:
        compare(served, network, tasks, images, stride=STRIDE)
    assert "normals" not in str(caught.value)


def test_another_padding_is_noticed(served, network, tasks, images):
    with pytest.raises(RuntimeError, match="must predict what the checkpoint predicts"):
        compare(served, network, tasks, images, stride=8)


def test_elements_differ_by_class_by_tolerance_and_where_they_are_no_numbers():
    classes = np.array([[[0], [254]]], np.uint8)
    assert _differing(classes, np.array([[[0], [255]]], np.uint8), 1e-3).tolist() == [[False, True]]
    vectors = np.float32([[0, 0, 1], [0, 1, 0], [np.nan, 0, 0]])
    moved = np.float32([[0, 0, 1.0005], [0, 1.1, 0], [np.nan, 0, 0]])
    assert _differing(moved, vectors, 1e-3).tolist() == [False, True, True]
    assert _differing(vectors.astype(np.float64), vectors, 1e-3).all()
    assert _differing(vectors[:2], vectors, 1e-3).all()
