"""The running measure of edges."""

import math

import numpy as np
import pytest
from scipy import special

from bmt_tf.tasks import EdgeODS, EdgeScoring, edge_ods_f, get_task

TASK = get_task("edge")


def batch(images=4, height=24, width=32, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.zeros((images, height, width, 1), np.uint8)
    labels[:, height // 2, 4:-4] = 1
    labels[:, 4:-4, width // 2] = 1
    outputs = 4 * labels - 2 + rng.normal(size=labels.shape)
    return outputs.astype(np.float32), labels


def test_equals_the_score_of_all_images_at_once():
    outputs, labels = batch()
    measure = TASK.measure(TASK)
    for part in (slice(0, 1), slice(1, 4)):
        measure.update(outputs[part], labels[part])
    assert measure.result() == edge_ods_f(special.expit(outputs[..., 0]), labels[..., 0])
    assert measure.images() == 4 and measure.on_host
    measure.reset()
    assert math.isnan(measure.result()) and measure.images() == 0


def test_sums_of_three_measures_one_without_images_are_those_of_all():
    outputs, labels = batch()
    whole, *parts = (EdgeODS(TASK) for _ in range(4))
    for measure, part in ((whole, slice(0, 4)), (parts[0], slice(0, 1)), (parts[1], slice(1, 4))):
        measure.update(outputs[part], labels[part])
    together = EdgeODS(TASK)
    together.set_sums([sum(sums) for sums in zip(*(measure.sums() for measure in parts), strict=True)])
    assert (together.result(), together.images()) == (whole.result(), 4)
    parts[0].set_sums(parts[2].sums())
    assert math.isnan(parts[0].result()) and parts[0].images() == 0


def test_padding_and_unlabelled_images_change_nothing():
    outputs, labels = batch()
    measure, padded = EdgeODS(TASK), EdgeODS(TASK)
    measure.update(outputs, labels)
    around = ((0, 2), (3, 4), (5, 0), (0, 0))  # and two blank images to fill the batch
    padded.update(np.pad(outputs, around, constant_values=9.0), np.pad(labels, around, constant_values=255))
    assert padded.result() == measure.result() and padded.images() == 4


def test_settings_reach_the_score():
    outputs, labels = batch()
    probabilities = special.expit(outputs[..., 0])
    results = set()
    for scoring in (EdgeScoring(), EdgeScoring(nms=False), EdgeScoring(max_distance=0.06)):
        measure = get_task("edge", measure=scoring).measure(TASK)
        measure.update(outputs, labels)
        expected = edge_ods_f(probabilities, labels[..., 0], max_distance=scoring.max_distance, nms=scoring.nms)
        assert measure.result() == expected
        results.add(expected)
    assert len(results) == 3


def test_settings_are_equal_by_value_and_checked():
    assert EdgeScoring(0.011) == EdgeScoring(0.011) != EdgeScoring()
    with pytest.raises(ValueError, match=r"`max_distance` must be above 0.*-0\.1"):
        EdgeScoring(max_distance=-0.1)
