"""Tests of the decoded examples in memory."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.data.memory import Examples
from bmt_tf.tasks import get_task

TASKS = [get_task("semseg"), get_task("depth"), get_task("attributes", channels=3)]


@pytest.fixture
def source(array_source):
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, [4 + index, 6, 3], np.uint8) for index in range(4)]
    labels = [
        {
            "semseg": np.full([4 + index, 6, 1], index, np.uint8),
            "depth": np.full([4 + index, 6, 1], index + 0.5, np.float32),
            "attributes": np.array([0, 1, 255], np.uint8),
        }
        for index in range(4)
    ]
    return array_source(TASKS, images, labels)


def test_tensors_are_those_of_the_source(source):
    image, labels = Examples(source, TASKS[:2], [2, 0], 10**6).read(tf.constant(0, tf.int64))
    np.testing.assert_array_equal(image, source.images[2])
    assert list(labels) == ["semseg", "depth"]
    np.testing.assert_array_equal(labels["depth"], np.full([6, 6, 1], 2.5))


def test_each_example_is_decoded_once_within_the_limit(source):
    size = sum(array.nbytes for array in (source.images[0], *source.labels[0].values()))
    examples = Examples(source, TASKS, None, size + 10)
    for _ in range(3):
        examples.read(tf.constant(0, tf.int64))
        examples.read(tf.constant(1, tf.int64))
    assert source.reads == [0, 1, 1, 1]


def test_nothing_is_kept_where_there_is_no_room(source):
    examples = Examples(source, TASKS, None, 0)
    for _ in range(2):
        examples.read(tf.constant(1, tf.int64))
    assert source.reads == [1, 1] and not examples._decoded


@pytest.mark.parametrize("indices", [[], [4], [0, -1]])
def test_indices_are_those_of_the_source(source, indices):
    with pytest.raises(ValueError, match="`indices` must be numbers from 0 to 3 of the examples of 'arrays'"):
        Examples(source, TASKS, indices, 10**6)


def test_a_wrong_label_is_named(source):
    source.labels[1]["depth"] = np.zeros([5, 6], np.float32)
    with pytest.raises(ValueError, match="`labels` of example 'image1' must hold float32"):
        Examples(source, TASKS, None, 10**6).read(tf.constant(1, tf.int64))
