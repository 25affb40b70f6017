"""The F-measure of edges against an independent computation, by hand, and at its limits."""

import math

import numpy as np
import pytest
from scipy import ndimage, sparse, spatial

from bmt_tf.tasks import edge_ods_f
from bmt_tf.tasks.edges import maps as edge_maps
from bmt_tf.tasks.edges import thinning as edge_thinning
from bmt_tf.tasks.edges.scores import best_f, edge_counts


def photograph(seed, height=40, width=56):
    """Returns a label of lines and a prediction that finds them roughly."""
    rng = np.random.default_rng(seed)
    regions = ndimage.gaussian_filter(rng.normal(size=(height, width)), 4) > 0
    label = (regions != np.roll(regions, 1, axis=1)) | (regions != np.roll(regions, 1, axis=0))
    noise = ndimage.gaussian_filter(rng.normal(size=(height, width)), 1.5)
    prediction = ndimage.gaussian_filter(label.astype(float), 1.2) + 0.5 * noise
    return np.clip(1.5 * np.roll(prediction, 1, axis=1), 0, 1), label.astype(np.uint8)


def counts_one_by_one(prediction, label, max_distance, nms):
    """Returns the counts with one map, one thinning and one SciPy matching per threshold."""
    values = np.floor(prediction * 255) / 255
    thresholds = edge_maps.NMS_THRESHOLDS if nms else edge_maps.PLAIN_THRESHOLDS
    values = edge_maps.suppress(values) if nms else values

    def thin(image):
        return edge_thinning.unpack(edge_thinning.thin(edge_thinning.pack_stack(image[None])), 1)[0]

    true = np.argwhere(thin(label == 1))
    counts = []
    for threshold in thresholds:
        predicted = np.argwhere(thin(values > threshold if nms else values >= threshold) & (label != 255))
        near = spatial.distance.cdist(predicted, true) <= max_distance * math.hypot(*label.shape)
        partners = sparse.csgraph.maximum_bipartite_matching(sparse.csr_array(near)) if near.size else np.zeros(0)
        counts.append(((partners >= 0).sum() if near.size else 0, len(true), len(predicted)))
    return np.array(counts)


@pytest.mark.parametrize("nms", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_counts_equal_thresholds_taken_one_by_one(seed, nms):
    prediction, label = photograph(seed)
    label[:, 40:46] = 255
    counts = edge_counts(prediction, label, max_distance=0.03, nms=nms)
    expected = counts_one_by_one(prediction, label, 0.03, nms)
    np.testing.assert_array_equal(counts, expected)
    assert counts[:, 0].max() > 20 and counts.dtype == np.int64


def test_numbers_are_pooled_over_images_before_the_best_threshold_is_taken():
    pairs = [photograph(seed) for seed in range(3)]
    predictions, labels = zip(*pairs, strict=True)
    counts = sum(edge_counts(*pair, max_distance=0.02) for pair in pairs)
    f = [2 * k / (true + predicted) for k, true, predicted in counts]
    assert edge_ods_f(predictions, labels, max_distance=0.02) == max(f)
    alone = [edge_ods_f([p], [y], max_distance=0.02) for p, y in pairs]
    assert max(f) < np.mean(alone)
    assert edge_ods_f(predictions[::-1], labels[::-1], max_distance=0.02, workers=1) == max(f)


def test_by_hand():
    """A true line of 20 pixels; of a predicted one 12 pixels lie within the distance and 8 far away."""
    label = np.zeros((30, 40), np.uint8)
    label[15, 10:30] = 1
    prediction = np.zeros((30, 40))
    prediction[16, 10:22] = 0.7
    prediction[25, 10:18] = 0.7
    f = edge_ods_f([prediction], [label], max_distance=1 / 50, nms=False)
    assert f == pytest.approx(2 * 12 / (20 + 20))
    assert edge_ods_f([prediction], [label], max_distance=0.99 / 50, nms=False) == 0


def test_the_true_edges_score_one_and_a_shift_up_to_the_distance_too():
    label = np.zeros((60, 80), np.uint8)
    label[20, 12:68] = label[40, 12:68] = 1
    for shift, f in ((0, 1.0), (2, 1.0), (3, 0.0)):
        prediction = np.roll(label, shift, axis=0) * 0.9
        assert edge_ods_f([prediction], [label], max_distance=0.02) == pytest.approx(f, abs=1e-12)


def test_thick_labels_are_thinned_unless_told_otherwise():
    label = np.zeros((40, 60), np.uint8)
    label[19:22, 10:50] = 1
    kept = edge_counts(label * 0.9, label, thin_labels=False)[0, 1]
    thinned = edge_counts(label * 0.9, label)[0, 1]
    assert kept == 120 and 36 <= thinned <= 40


def test_predictions_on_ignored_pixels_do_not_count():
    prediction, label = photograph(5)
    label[:, 30:] = 255
    changed = prediction.copy()
    changed[:, 50:] = 1
    np.testing.assert_array_equal(edge_counts(changed, label), edge_counts(prediction, label))
    assert edge_ods_f([prediction, prediction], [label, np.full_like(label, 255)]) == edge_ods_f([prediction], [label])


def test_without_edges_or_labels():
    prediction, label = photograph(6)
    assert edge_ods_f([prediction], [np.zeros_like(label)]) == 0
    assert edge_ods_f([np.zeros_like(prediction)], [label]) == 0
    assert math.isnan(edge_ods_f([prediction], [np.full_like(label, 255)])) and math.isnan(edge_ods_f([], []))
    assert best_f(np.array([[0, 0, 0]])) == 0


def test_bytes_are_probabilities():
    prediction, label = photograph(7)
    as_bytes = np.floor(prediction * 255).astype(np.uint8)
    assert edge_ods_f([as_bytes], [label]) == edge_ods_f([prediction], [label])


def test_what_is_no_edge_map_is_refused():
    prediction, label = photograph(0)
    with pytest.raises(ValueError, match=r"`predictions` must be as many as `labels`.*1 and 2"):
        edge_ods_f([prediction], [label, label])
    with pytest.raises(ValueError, match=r"one shape \[H, W\].*\(40, 56\) and \(39, 56\)"):
        edge_counts(prediction, label[1:])
    with pytest.raises(ValueError, match=r"`label` must hold 0, 1 and 255.*3"):
        edge_counts(prediction, label * 3)
    for wrong in (float("nan"), 1.5):
        with pytest.raises(ValueError, match="`prediction` must be between 0 and 1"):
            edge_counts(np.where(label, wrong, prediction), label)
