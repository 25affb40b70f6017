"""Running measures: independent computations, hand-computed values, batches, replicas."""

import math

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.tasks import (
    AbsoluteScoring,
    Accuracy,
    DepthScoring,
    MeanAngle,
    MeanIoU,
    RootMeanSquare,
    SaliencyIoU,
    TopOverlap,
    get_task,
)
from bmt_tf.tasks.measures import SALIENCY_THRESHOLDS

in_variables = pytest.mark.parametrize(
    "task",
    ["semseg", "human_parts", "saliency", "normals", "depth", "instances", "keypoints", "scene", "attributes"],
    indirect=True,
)


def measured(task, *batches, maker=None):
    measure = (maker or task.measure)(task)
    for outputs, labels in batches:
        measure.update(tf.constant(outputs), tf.constant(labels))
    return measure.result()


def expected_result(task, outputs, labels):
    """Returns the measure by plain loops and float64 arithmetic."""
    name, outputs = task.name, outputs.astype(np.float64)
    if name in ("semseg", "human_parts"):
        predicted, true = outputs.argmax(-1)[labels[..., 0] != 255], labels[labels != 255]
        pairs = [(np.sum((predicted == c) & (true == c)), np.sum((predicted == c) | (true == c))) for c in range(7)]
        return np.mean([both / either for both, either in pairs if either])
    if name == "saliency":
        return max(
            np.mean([image_iou(x, y, t) for x, y in zip(outputs, labels, strict=True) if (y != 255).any()])
            for t in SALIENCY_THRESHOLDS
        )
    if name == "scene":
        pairs = [(set(np.argsort(x)[-5:]), set(np.argsort(p)[-5:])) for x, p in zip(outputs, labels, strict=True)]
        return np.mean([len(a & b) / 5 for (a, b), p in zip(pairs, labels, strict=True) if not np.isnan(p).any()])
    if name == "attributes":
        right = np.where(labels == 255, np.nan, (outputs >= 0) == (labels == 1))
        return np.nanmean(np.nanmean(right, axis=0))
    known = ~np.isnan(labels).any(-1)
    if name in ("instances", "keypoints"):
        decoded, per = (np.clip(outputs, 0, 1), 0.01) if name == "keypoints" else (outputs, 1)
        return np.abs(decoded[known] - labels[known]).mean() / per
    x, y = outputs[known], labels[known].astype(np.float64)
    if name == "depth":
        return np.sqrt(np.mean((np.maximum(x, 0) - y) ** 2))
    cosines = (x * y).sum(-1) / np.linalg.norm(x, axis=-1) / np.linalg.norm(y, axis=-1)
    return np.degrees(np.arccos(np.clip(cosines, -1, 1))).mean()


def image_iou(logits, label, threshold):
    predicted, known = 1 / (1 + np.exp(-logits)) > threshold, label != 255
    either = (predicted | (label == 1)) & known
    return (predicted & (label == 1) & known).sum() / either.sum() if either.any() else 1.0


@in_variables
def test_equals_plain_arithmetic(task, random_batch):
    outputs, labels = random_batch(images=6)
    measure = task.measure(task)
    measure.update(tf.constant(outputs), tf.constant(labels))
    assert measure.result() == pytest.approx(expected_result(task, outputs, labels), rel=1e-6)
    assert measure.images() == 5 and not measure.on_host


@in_variables
def test_batches_and_their_order_do_not_matter(task, random_batch):
    outputs, labels = random_batch(images=6)
    whole = measured(task, (outputs, labels))
    one_by_one = [(outputs[i : i + 1], labels[i : i + 1]) for i in (3, 5, 0, 4, 1, 2)]
    assert measured(task, *one_by_one) == pytest.approx(whole, rel=1e-12)


@in_variables
def test_sums_of_two_measures_are_those_of_all_their_images(task, random_batch):
    outputs, labels = random_batch(images=6)
    measures = [task.measure(task) for _ in range(3)]
    for measure, part in zip(measures, (slice(0, 2), slice(2, 6)), strict=False):
        measure.update(tf.constant(outputs[part]), tf.constant(labels[part]))
    measures[2].set_sums([one + other for one, other in zip(measures[0].sums(), measures[1].sums(), strict=True)])
    assert measures[2].result() == pytest.approx(measured(task, (outputs, labels)), rel=1e-12)
    assert measures[2].images() == 5


@in_variables
def test_two_replicas_measure_what_one_measures(task, random_batch, two_replicas):
    outputs, labels = random_batch(images=6)
    with two_replicas.scope():
        measure = task.measure(task)

    def split(values):
        return two_replicas.experimental_distribute_values_from_function(
            lambda context: tf.constant(values[3 * context.replica_id_in_sync_group :][:3])
        )

    update = tf.function(lambda outputs, labels: two_replicas.run(measure.update, (outputs, labels)))
    for _ in range(2):
        measure.reset()
        update(split(outputs), split(labels))
    assert measure.result() == pytest.approx(measured(task, (outputs, labels)), rel=1e-12)
    assert measure.images() == 5


@in_variables
def test_without_labels_there_is_no_result(task, random_batch):
    outputs, labels = random_batch()
    labels[:] = task.kind.ignore
    measure = task.measure(task)
    measure.update(tf.constant(outputs), tf.constant(labels))
    assert math.isnan(measure.result()) and measure.images() == 0


def test_mean_iou_by_hand():
    task = get_task("semseg", channels=4)
    # Class 0: 1 of 2; class 1: 1 of 3; class 2 only predicted: 0 of 1; class 3 never seen; one pixel ignored.
    predicted, labels = np.array([0, 0, 1, 2, 3]), np.array([0, 1, 1, 1, 255], np.uint8)
    outputs = np.eye(4, dtype=np.float32)[predicted].reshape(1, 1, 5, 4)
    assert measured(task, (outputs, labels.reshape(1, 1, 5, 1)), maker=MeanIoU) == pytest.approx(
        (1 / 2 + 1 / 3 + 0) / 3
    )


def test_an_unlabelled_saliency_image_is_skipped_and_an_empty_one_counts_as_right():
    task = get_task("saliency")
    outputs = np.full([3, 1, 2, 1], -9, np.float32)
    outputs[0] = 9
    labels = np.array([[1, 0], [0, 0], [255, 255]], np.uint8).reshape(3, 1, 2, 1)
    assert measured(task, (outputs, labels), maker=SaliencyIoU) == pytest.approx((0.5 + 1) / 2)


def test_saliency_takes_the_best_threshold_of_all_images():
    task = get_task("saliency")
    probabilities = np.array([[0.45, 0.25], [0.85, 0.62]], np.float32)  # right between 0.25 and 0.45, and 0.62 and 0.85
    outputs = np.log(probabilities / (1 - probabilities)).reshape(2, 1, 2, 1)
    labels = np.array([[1, 0], [1, 0]], np.uint8).reshape(2, 1, 2, 1)
    assert measured(task, (outputs, labels), maker=SaliencyIoU) == pytest.approx((1 + 0.5) / 2)
    assert len(SALIENCY_THRESHOLDS) == 15 and SALIENCY_THRESHOLDS[::14] == (0.2, 0.9)


def test_angles_by_hand():
    task = get_task("normals")
    outputs = np.array([[2.0, 0, 0], [5, 0, 0], [0, 0, -1], [0, 0, 0]], np.float32).reshape(1, 2, 2, 3)
    labels = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], np.float32).reshape(1, 2, 2, 3)
    assert measured(task, (outputs, labels), maker=MeanAngle) == pytest.approx((0 + 90 + 180 + 90) / 4)
    tiny = np.array([[[[1, 1e-5, 0]]]], np.float32)
    assert measured(task, (tiny, labels[:, :1, :1]), maker=MeanAngle) == pytest.approx(math.degrees(1e-5), rel=1e-3)


def test_depth_is_clamped_and_pooled_over_pixels():
    task = get_task("depth")
    first = (np.array([[[[-3.0], [4.0]]]], np.float32), np.array([[[[1.0], [2.0]]]], np.float32))
    second = (np.array([[[[7.0], [1.0]]]], np.float32), np.array([[[[np.nan], [2.0]]]], np.float32))
    assert measured(task, first, second, maker=RootMeanSquare) == pytest.approx(math.sqrt((1 + 4 + 1) / 3))


def test_errors_are_in_what_counts_as_one():
    outputs, labels = np.float32([[[[-3], [4]]]]), np.float32([[[[1], [2]]]])
    for name, per, expected in (("disparity", 0.25, 4 * 1.5), ("depth", 3, 1.5 / 3)):
        task = get_task(name, measure=AbsoluteScoring(per))
        assert measured(task, (outputs, labels)) == pytest.approx(expected)
    depth = get_task("depth", measure=DepthScoring(3))  # in standard deviations of 3 metres
    assert measured(depth, (outputs, labels)) == pytest.approx(1.5 / 3)
    assert get_task("depth").measure == DepthScoring()
    for per in (0, -1, math.nan, math.inf):
        for scoring in (AbsoluteScoring, DepthScoring):
            with pytest.raises(ValueError, match="`per` must be above 0"):
                scoring(per)


def test_few_classes_compare_the_likeliest_and_many_the_five_likeliest():
    labels = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], np.float32)
    outputs = np.array([[0, 5, 1], [0, 5, 1]], np.float32)
    few = get_task("scene", channels=3)
    assert measured(few, (outputs, labels), maker=TopOverlap) == 0.5
    assert measured(few, (outputs, labels), maker=lambda task: TopOverlap(task, top=2)) == pytest.approx(3 / 4)
    for top in (0, 4):
        with pytest.raises(ValueError, match=f"`top` of task 'scene'.*between 1 and 3.*top={top}"):
            TopOverlap(few, top=top)


def test_attributes_at_one_half_and_unknown_ones_left_out():
    task = get_task("attributes", channels=3)
    outputs = np.array([[0.0, -1, 1], [1, 1, 1]], np.float32)
    labels = np.array([[1, 0, 255], [0, 255, 255]], np.uint8)
    assert measured(task, (outputs, labels), maker=Accuracy) == pytest.approx((0.5 + 1) / 2)


def test_numbers_that_are_no_lengths_may_be_predicted_below_zero():
    outputs, labels = np.full([1, 1, 2, 1], -3, np.float32), np.full([1, 1, 2, 1], -1, np.float32)
    for name, expected in (("quantity", 2.0), ("depth", 1.0)):
        measure = get_task(name).measure(get_task(name))
        measure.update(outputs, labels)
        assert measure.result() == expected


def test_a_network_right_on_every_image_of_one_class_scores_1():
    task, labels = get_task("scene", channels=12), np.eye(12, dtype=np.float32)
    measure = task.measure(task)
    measure.update(5 * labels, labels)
    assert measure.result() == 1.0
    measure.reset()
    measure.update(-5 * labels, labels)
    assert measure.result() == 0.0
