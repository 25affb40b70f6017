"""Levels of edge maps: quantisation, suppression, thresholds."""

import numpy as np
import pytest

from bmt_tf.tasks.edges import maps as edge_maps


def suppressed_by_loops(values):
    """Returns the suppressed map, pixel by pixel."""
    height, width = values.shape
    weights = [1, 2, 3, 4, 5, 4, 3, 2, 1]
    wide = np.pad(values, 4, mode="symmetric")
    smooth = np.array(
        [
            [
                sum(weights[i] * weights[j] * wide[y + i, x + j] for i in range(9) for j in range(9)) / 625
                for x in range(width)
            ]
            for y in range(height)
        ]
    )

    def slope(array, axis):
        array = array if axis == 0 else array.T
        result = np.empty_like(array)
        result[1:-1] = (array[2:] - array[:-2]) / 2
        result[0], result[-1] = array[1] - array[0], array[-1] - array[-2]
        return result if axis == 0 else result.T

    xx, xy, yy = slope(slope(smooth, 1), 1), slope(slope(smooth, 0), 1), slope(slope(smooth, 0), 0)
    result = values.copy()
    for y in range(height):
        for x in range(width):
            angle = np.mod(np.arctan(yy[y, x] * np.sign(-xy[y, x]) / (xx[y, x] + 1e-5)), np.pi)
            for side in (1, -1):
                if 1.01 * values[y, x] < bilinear(values, y + side * np.sin(angle), x + side * np.cos(angle)):
                    result[y, x] = 0
            for distance in (y, height - 1 - y, x, width - 1 - x):
                result[y, x] *= min(1, distance / 5)
    return result


def bilinear(values, y, x):
    y, x = min(max(y, 0), values.shape[0] - 1), min(max(x, 0), values.shape[1] - 1)
    top, left = int(y), int(x)
    bottom, right = min(top + 1, values.shape[0] - 1), min(left + 1, values.shape[1] - 1)
    upper = values[top, left] * (1 - (x - left)) + values[top, right] * (x - left)
    lower = values[bottom, left] * (1 - (x - left)) + values[bottom, right] * (x - left)
    return upper * (1 - (y - top)) + lower * (y - top)


@pytest.mark.parametrize("seed", range(3))
def test_suppression_equals_loops(seed):
    values = np.random.default_rng(seed).random((17, 21)) ** 3
    np.testing.assert_allclose(edge_maps.suppress(values), suppressed_by_loops(values), atol=1e-12)


def test_a_ridge_keeps_its_crest():
    columns = np.exp(-(((np.arange(41) - 20) / 3) ** 2))
    crest = edge_maps.suppress(np.tile(columns, (31, 1)))
    assert (crest[5:-5, 20] == 1).all() and not crest[:, :19].any() and not crest[:, 22:].any()


def test_borders_are_damped():
    flat = edge_maps.suppress(np.ones((20, 30)))
    np.testing.assert_allclose(flat[10, :7], [0, 0.2, 0.4, 0.6, 0.8, 1, 1])
    np.testing.assert_allclose(flat[1, -2], 0.04)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (3, 2), (6, 40)])
def test_tiny_images_pass(shape):
    assert edge_maps.suppress(np.ones(shape)).shape == shape


def test_probabilities_are_truncated_to_eight_bits():
    np.testing.assert_array_equal(edge_maps.quantise(np.array([0.0, 0.9999, 1.0, 0.5])) * 255, [0, 254, 255, 127])
    np.testing.assert_array_equal(edge_maps.quantise(np.array([7, 255], np.uint8)) * 255, [7, 255])


def test_thresholds_are_exceeded_after_suppression_and_reached_without():
    assert len(edge_maps.NMS_THRESHOLDS) == 101 and edge_maps.NMS_THRESHOLDS[[0, 1, 99, 100]].tolist() == [
        0.001,
        0.01,
        0.99,
        0.999,
    ]
    assert edge_maps.levels(np.array([[0.0, 0.2, 1.0]]), nms=False).tolist() == [[0, 20, 99]]
    assert edge_maps.levels(np.full((20, 20), 0.2))[10, 10] == 20  # above 0.001 and 0.01 to 0.19
