"""Predictions from outputs."""

import numpy as np
import tensorflow as tf

from bmt_tf.tasks import get_task
from bmt_tf.tasks.activations import unit_vectors


def test_predictions_have_the_form_of_labels(task, random_batch):
    outputs, labels = random_batch()
    prediction = task.decode(tf.constant(outputs))
    assert prediction.shape == labels.shape
    assert prediction.dtype.name == ("uint8" if task.kind.name == "segmentation" else "float32")


def test_values():
    assert get_task("semseg").decode(tf.constant([[[[0.0, 3, 1, 2]]]])).numpy().item() == 1
    assert get_task("edge").decode(tf.zeros([1, 1, 1, 1])).numpy().item() == 0.5
    assert get_task("depth").decode(tf.constant([[[[-1.0]]]])).numpy().item() == 0
    np.testing.assert_allclose(get_task("normals").decode(tf.constant([[[[3.0, 0, -4]]]]))[0, 0, 0], [0.6, 0, -0.8])
    np.testing.assert_allclose(tf.reduce_sum(get_task("scene").decode(tf.random.normal([2, 12])), -1), 1, rtol=1e-6)


def test_the_zero_vector_has_a_finite_gradient():
    zero = tf.zeros([1, 3])
    with tf.GradientTape() as tape:
        tape.watch(zero)
        unit = unit_vectors(zero)
    assert np.isfinite(tape.gradient(unit, zero)).all() and not unit.numpy().any()


def test_measures_take_encoded_predictions_for_the_outputs_they_were_made_of(task, random_batch):
    outputs, labels = random_batch()
    values = []
    for given in (outputs, task.kind.activation.encode(task.decode(tf.constant(outputs)), task.channels)):
        measure = task.measure(task)
        measure.update(np.asarray(given), labels) if measure.on_host else measure.update(tf.constant(given), labels)
        values.append(measure.result())
    np.testing.assert_allclose(*values, rtol=1e-5)
