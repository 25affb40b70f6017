"""The loss of an image in a batch is that of a batch of it alone."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.tasks import get_task
from bmt_tf.training.image_losses import losses_by_image

SHAPE = (4, 6, 5)


@pytest.mark.parametrize("name", ["semseg", "depth", "edge", "normals"])
def test_they_are_those_of_batches_of_one(name):
    task, random = get_task(name, **({"channels": 3} if name == "semseg" else {})), np.random.default_rng(0)
    outputs = tf.constant(random.normal(size=[*SHAPE, task.channels]), tf.float32)
    if task.kind.name in ("depth", "normals"):
        labels = tf.constant(random.uniform(0.5, 2, [*SHAPE, task.channels]), tf.float32)
    else:
        labels = tf.constant(random.integers(0, 2, [*SHAPE, 1]), tf.uint8)
    found = losses_by_image(task, outputs, labels)
    for place in range(SHAPE[0]):
        one, label = outputs[place : place + 1], labels[place : place + 1]
        np.testing.assert_allclose(found[place], task.loss(one, label, task.loss.counts(label)), rtol=1e-6)


def test_no_label_is_no_loss_and_no_number_an_infinite_one():
    task = get_task("depth")
    labels = np.full([3, 2, 2, 1], 1, np.float32)
    labels[0] = np.nan
    outputs = np.full([3, 2, 2, 1], 3, np.float32)
    outputs[1, 0, 0] = np.nan
    np.testing.assert_array_equal(losses_by_image(task, tf.constant(outputs), tf.constant(labels)), [np.nan, np.inf, 2])
