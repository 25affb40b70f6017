"""Images and labels made smaller together."""

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data.resized import Resized, resized_size
from bmt_tf.data.source import image_sizes
from bmt_tf.tasks import LabelKind, Scaling, get_task

TASKS = (get_task("semseg", channels=3), get_task("depth"), get_task("scene", channels=4))


@pytest.fixture
def source(array_source):
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, [8, 12, 3], np.uint8), np.full([9, 7, 3], 40, np.uint8)]
    labels = [
        {
            "semseg": rng.integers(0, 3, (*image.shape[:2], 1)).astype(np.uint8),
            "depth": rng.uniform(1, 5, (*image.shape[:2], 1)).astype(np.float32),
            "scene": np.full(4, 0.25, np.float32),
        }
        for image in images
    ]
    return array_source(TASKS, images, labels)


def test_halved_image_is_the_rounded_weighted_mean_around_each_pixel(source):
    # A triangle of width 2 over the source: weights 1, 3, 3, 1 around each target, cut off and renewed at the border.
    image = source[0]["image"].astype(np.float64)

    def halved(array):
        rows = []
        for target in range(len(array) // 2):
            places = np.arange(2 * target - 1, 2 * target + 3)
            inside = (places >= 0) & (places < len(array))
            weights = np.array([1.0, 3.0, 3.0, 1.0])[inside]
            rows.append(np.tensordot(weights / weights.sum(), array[places[inside]], 1))
        return np.stack(rows)

    expected = halved(halved(image).swapaxes(0, 1)).swapaxes(0, 1)
    small = Resized(source, 0.5)[0]["image"]
    assert small.dtype == np.uint8 and small.shape == (4, 6, 3)
    np.testing.assert_allclose(small, expected, atol=1.01)  # rounded twice, once per axis


def test_labels_are_values_that_were_there_and_depth_stays_in_metres(source):
    small, whole = Resized(source, 0.5)[0], source[0]
    np.testing.assert_array_equal(small["labels"]["semseg"], whole["labels"]["semseg"][::2, ::2])
    np.testing.assert_array_equal(small["labels"]["depth"], whole["labels"]["depth"][::2, ::2])
    np.testing.assert_array_equal(small["labels"]["scene"], whole["labels"]["scene"])
    assert small["id"] == whole["id"]


class TestResized(SourceContract):
    @pytest.fixture
    def source(self, source):
        return Resized(source, 2 / 3)

    @pytest.fixture
    def others(self, source):
        return [source._source, Resized(source._source, 0.5)]


def test_it_has_the_examples_of_the_source_with_smaller_images(source):
    small = Resized(source, 2 / 3)
    assert len(small) == 2 and small.ids == source.ids
    assert image_sizes(small, [0, 1]).tolist() == [[5, 8], [6, 4]]
    assert small.only(["depth"]).tasks.keys() == source.tasks.keys()  # this source cannot leave labels out


def test_sizes_are_rounded_down_but_for_the_error_of_the_factor():
    assert resized_size((425, 560), 2 / 3) == (283, 373)
    assert resized_size((561, 3), 2 / 3) == (374, 2)
    assert resized_size((1, 2), 0.25) == (1, 1)


def test_factor_must_be_positive(source):
    with pytest.raises(ValueError, match="`factor` must be positive"):
        Resized(source, 0.0)


def test_lengths_in_pixels_shrink_with_the_image(array_source):
    kind = LabelKind("disparity", "float32", True, float("nan"), "relu", 1, Scaling.PIXELS)
    disparity = get_task("depth", name="disparity", kind=kind)
    label = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
    small = Resized(array_source([disparity], [np.zeros([4, 4, 3], np.uint8)], [{"disparity": label}]), 0.5)[0]
    np.testing.assert_array_equal(small["labels"]["disparity"], label[::2, ::2] / 2)
