"""Losses: independent computations, ignored elements, replicas."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.tasks import L1, BalancedSigmoidCrossEntropy, SoftmaxCrossEntropy, WeightedSigmoidCrossEntropy
from bmt_tf.tasks.losses import Loss


def loss_and_gradient(loss, outputs, labels):
    outputs, labels = tf.constant(outputs), tf.constant(labels)
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        value = loss(outputs, labels, loss.counts(labels))
    return value.numpy(), tape.gradient(value, outputs).numpy()


def log_softmax(x):
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def sigmoid_losses(x, y, positive, negative):
    p = 1 / (1 + np.exp(-x))
    return np.where(y == 1, -positive * np.log(p), -negative * np.log(1 - p))


def expected_loss(name, outputs, labels):
    """Returns the loss by plain float64 arithmetic on the labelled elements alone."""
    outputs = outputs.astype(np.float64)
    if labels.dtype == np.uint8:
        known = labels != 255
    else:
        known = ~np.isnan(labels).any(-1, keepdims=True)
    if name in ("semseg", "human_parts"):
        y = labels[known].astype(int)
        return -log_softmax(outputs[known[..., 0]])[np.arange(len(y)), y].mean()
    if name == "scene":
        p = labels[known[:, 0]].astype(np.float64)
        entropy = np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0)
        return (entropy - p * log_softmax(outputs[known[:, 0]])).sum(-1).mean()
    if name == "normals":
        x = outputs[known[..., 0]]
        return np.abs(x / np.linalg.norm(x, axis=-1, keepdims=True) - labels[known[..., 0]]).sum(-1).mean()
    if name == "instances":
        return np.abs(outputs - labels)[known[..., 0]].sum(-1).mean()
    x, y = outputs[known], labels[known]
    if name in ("depth", "disparity", "keypoints"):
        return np.abs(x - y).mean()
    negatives = (y == 0).mean()
    weights = {"saliency": (negatives, 1 - negatives), "edge": (0.95, 0.05), "attributes": (1, 1)}
    return sigmoid_losses(x, y, *weights[name]).mean()


def test_equals_plain_arithmetic_on_the_labelled_elements(task, random_batch):
    outputs, labels = random_batch()
    value, gradient = loss_and_gradient(task.loss, outputs, labels)
    assert value.dtype == np.float32
    assert value == pytest.approx(expected_loss(task.name, outputs, labels), rel=1e-5)
    assert np.isfinite(gradient).all() and gradient[:-1].any() and not gradient[-1].any()


def test_outputs_of_ignored_elements_do_not_matter(task, random_batch):
    outputs, labels = random_batch()
    ignored = labels == 255 if labels.dtype == np.uint8 else np.isnan(labels)
    changed = np.where(np.broadcast_to(ignored, outputs.shape), 1e4, outputs).astype(np.float32)
    value, gradient = loss_and_gradient(task.loss, changed, labels)
    assert value == loss_and_gradient(task.loss, outputs, labels)[0]
    assert not gradient[np.broadcast_to(ignored, outputs.shape)].any()


def test_without_labels_loss_and_gradient_are_zero(task, random_batch):
    outputs, labels = random_batch()
    labels[:] = task.kind.ignore
    value, gradient = loss_and_gradient(task.loss, outputs, labels)
    assert value == 0 and not gradient.any()


@pytest.mark.parametrize("extreme", [0.0, 60.0, -60.0, 1e6])
def test_extreme_outputs_stay_finite(task, random_batch, extreme):
    outputs, labels = random_batch()
    outputs = np.where(outputs > 0, extreme, -extreme).astype(np.float32)
    value, gradient = loss_and_gradient(task.loss, outputs, labels)
    assert np.isfinite(value) and np.isfinite(gradient).all()


def test_shares_of_unequal_replicas_add_up(task, random_batch):
    outputs, labels = random_batch(images=5)
    parts = [slice(0, 1), slice(1, 4), slice(4, 5)]  # the last replica has no label at all
    counts = sum(task.loss.counts(labels[part]) for part in parts)
    np.testing.assert_array_equal(counts, task.loss.counts(labels))
    shares = [task.loss(outputs[part], labels[part], counts).numpy() for part in parts]
    assert sum(shares) == pytest.approx(task.loss(outputs, labels, counts).numpy(), rel=1e-5)
    assert shares[2] == 0


def test_two_replicas_have_the_loss_of_one(task, random_batch, two_replicas):
    outputs, labels = random_batch()

    @tf.function
    def run(outputs, labels):
        def replica(outputs, labels):
            context = tf.distribute.get_replica_context()
            return task.loss(outputs, labels, context.all_reduce("SUM", task.loss.counts(labels)))

        return two_replicas.reduce("SUM", two_replicas.run(replica, (outputs, labels)), axis=None)

    def split(values):
        return two_replicas.experimental_distribute_values_from_function(
            lambda context: tf.constant(values[2 * context.replica_id_in_sync_group :][:2])
        )

    expected = loss_and_gradient(task.loss, outputs, labels)[0]
    assert run(split(outputs), split(labels)).numpy() == pytest.approx(expected, rel=1e-5)


def test_values_by_hand():
    labels = np.array([1, 0, 0, 0, 255], np.uint8).reshape(1, 1, 5, 1)
    zeros = np.zeros([1, 1, 5, 1], np.float32)
    # Positives weigh 3/4, negatives 1/4: (3/4 + 3 * 1/4) log 2 / 4.
    assert loss_and_gradient(BalancedSigmoidCrossEntropy(), zeros, labels)[0] == pytest.approx(0.375 * np.log(2))
    value = loss_and_gradient(WeightedSigmoidCrossEntropy(0.8), zeros, labels)[0]
    assert value == pytest.approx(1.4 / 4 * np.log(2))
    assert loss_and_gradient(SoftmaxCrossEntropy(), np.zeros([1, 1, 5, 2], np.float32), labels)[0] == pytest.approx(
        np.log(2)
    )


def test_classes_weigh_as_they_are_told():
    labels = np.array([0, 1, 1, 2, 255], np.uint8).reshape(1, 1, 5, 1)
    outputs = np.random.default_rng(0).normal(size=[1, 1, 5, 3]).astype(np.float32)
    plain = -log_softmax(outputs[0, 0].astype(float))[np.arange(4), [0, 1, 1, 2]]
    for weights in ((0.5, 2, 1), (3, 0, 0), (0.1, 0, 0.1)):
        value, gradient = loss_and_gradient(SoftmaxCrossEntropy(weights), outputs, labels)
        assert value == pytest.approx(np.average(plain, weights=np.array(weights)[[0, 1, 1, 2]]), rel=1e-5)
        assert not gradient[0, 0, 4].any()
    alike = loss_and_gradient(SoftmaxCrossEntropy((7, 7, 7)), outputs, labels)[0]
    assert alike == pytest.approx(loss_and_gradient(SoftmaxCrossEntropy(), outputs, labels)[0], rel=1e-6)
    assert loss_and_gradient(SoftmaxCrossEntropy((0, 0, 1)), outputs[:, :, :3], labels[:, :, :3])[0] == 0


def test_weighted_classes_have_one_loss_on_any_number_of_replicas():
    rng, loss = np.random.default_rng(0), SoftmaxCrossEntropy((0.5, 2, 1))
    labels, outputs = (
        rng.integers(0, 3, [4, 2, 2, 1]).astype(np.uint8),
        rng.normal(size=[4, 2, 2, 3]).astype(np.float32),
    )
    counts = loss.counts(labels[:1]) + loss.counts(labels[1:])
    shares = [loss(outputs[part], labels[part], counts).numpy() for part in (slice(0, 1), slice(1, 4))]
    assert sum(shares) == pytest.approx(loss_and_gradient(loss, outputs, labels)[0], rel=1e-5)


@pytest.mark.parametrize("label", [0, 1])
def test_saliency_of_one_sign_has_no_loss(label):
    labels = np.full([2, 3, 3, 1], label, np.uint8)
    value, gradient = loss_and_gradient(BalancedSigmoidCrossEntropy(), np.ones([2, 3, 3, 1], np.float32), labels)
    assert value == 0 and not gradient.any()


def test_equal_by_value():
    assert WeightedSigmoidCrossEntropy(0.8) == WeightedSigmoidCrossEntropy(0.8) != WeightedSigmoidCrossEntropy(0.9)
    assert SoftmaxCrossEntropy() == SoftmaxCrossEntropy() != BalancedSigmoidCrossEntropy()


def test_wrong_weight_is_refused():
    with pytest.raises(ValueError, match=r"`positive`.*1\.5"):
        WeightedSigmoidCrossEntropy(1.5)


@pytest.mark.parametrize("weights", [(1, -1), (0, 0), (1, float("nan"))])
def test_wrong_weights_of_classes_are_refused(weights):
    with pytest.raises(ValueError, match="`class_weights` must be numbers from 0 on, not all 0"):
        SoftmaxCrossEntropy(weights)


def test_a_loss_must_say_what_an_element_costs():
    with pytest.raises(TypeError, match="_losses"):
        Loss()


def test_differences_are_in_what_counts_as_one():
    outputs, labels = tf.constant([[[[1.0], [9.0]]]]), tf.constant([[[[4.0], [np.nan]]]])
    for per, expected in ((None, 3.0), (1.5, 2.0)):
        loss = L1(per)
        assert float(loss(outputs, labels, loss.counts(labels))) == pytest.approx(expected)
    for per in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="`per` must be above 0"):
            L1(per)
