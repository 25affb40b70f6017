"""Tests of the joint augmentation against scaling, padding, cropping and flipping one after the other in NumPy."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.data import Augmentation
from bmt_tf.data.augmentation import augment
from bmt_tf.data.labels.instances import centre_offsets
from bmt_tf.tasks import get_task

pytestmark = pytest.mark.traced  # thousands of draws

TASKS = [get_task(name) for name in ("semseg", "depth", "normals", "instances", "disparity", "keypoints")]
TASKS.append(get_task("attributes", channels=3))
HEIGHT, WIDTH = 5, 7
SCALES = (0.5, 1.0, 1.75)


def example():
    rng = np.random.default_rng(0)
    normals = rng.normal(size=[HEIGHT, WIDTH, 3]).astype(np.float32)
    labels = {
        "semseg": np.arange(HEIGHT * WIDTH, dtype=np.uint8).reshape(HEIGHT, WIDTH, 1),
        "depth": rng.uniform(1, 9, [HEIGHT, WIDTH, 1]).astype(np.float32),
        "normals": normals / np.linalg.norm(normals, axis=-1, keepdims=True),
        "instances": rng.normal(size=[HEIGHT, WIDTH, 2]).astype(np.float32),
        "disparity": rng.uniform(1, 9, [HEIGHT, WIDTH, 1]).astype(np.float32),
        "keypoints": rng.random([HEIGHT, WIDTH, 1], np.float32),
        "attributes": np.array([0, 1, 255], np.uint8),
    }
    labels["depth"][0, 0] = np.nan
    return rng.integers(0, 256, [HEIGHT, WIDTH, 3], np.uint8), labels


def bilinear(image, height, width):
    """Returns an image resized between pixel centres, pixel by pixel."""
    result = np.zeros([height, width, 3])
    for y, x in itertools.product(range(height), range(width)):
        row = np.clip((y + 0.5) * image.shape[0] / height - 0.5, 0, image.shape[0] - 1)
        column = np.clip((x + 0.5) * image.shape[1] / width - 0.5, 0, image.shape[1] - 1)
        for i, j in itertools.product((int(row), int(np.ceil(row))), (int(column), int(np.ceil(column)))):
            share = (1 - abs(row - i)) * (1 - abs(column - j))
            share /= (1 + (int(row) == np.ceil(row))) * (1 + (int(column) == np.ceil(column)))
            result[y, x] += image[i, j] * share
    return result


def nearest(label, height, width):
    return label[np.arange(height) * label.shape[0] // height][:, np.arange(width) * label.shape[1] // width]


def padded_and_cropped(array, size, top, left, value):
    for axis, target in enumerate(size):
        missing = max(target - array.shape[axis], 0)
        widths = [(0, 0)] * 3
        widths[axis] = (missing // 2, missing - missing // 2)
        array = np.pad(array, widths, constant_values=value)
    return array[top : top + size[0], left : left + size[1]]


def step_by_step(image, labels, size, scale, top, left, flip):
    height, width = int(image.shape[0] * scale), int(image.shape[1] * scale)
    image = padded_and_cropped(bilinear(image, height, width), size, top, left, 127.5)
    scaled = {
        "semseg": (nearest(labels["semseg"], height, width), 255),
        "depth": (nearest(labels["depth"], height, width) / np.float32(scale), np.nan),
        "normals": (nearest(labels["normals"], height, width), np.nan),
        "instances": (nearest(labels["instances"], height, width) * np.float32(scale), np.nan),
        "disparity": (nearest(labels["disparity"], height, width) * np.float32(scale), np.nan),
        "keypoints": (nearest(labels["keypoints"], height, width), np.nan),
    }
    result = {name: padded_and_cropped(label, size, top, left, value) for name, (label, value) in scaled.items()}
    if flip:
        image = image[:, ::-1]
        result = {name: label[:, ::-1] for name, label in result.items()}
        result["normals"] = result["normals"] * np.array([-1, 1, 1], np.float32)
        result["instances"] = result["instances"] * np.array([-1, 1], np.float32)
    return image, result | {"attributes": labels["attributes"]}


def outcomes(size):
    """Yields every scale, crop and flip that can be drawn."""
    for scale in SCALES:
        rows, columns = (range(max(int(n * scale) - t, 0) + 1) for n, t in zip((HEIGHT, WIDTH), size, strict=True))
        yield from itertools.product([scale], rows, columns, [False, True])


@pytest.mark.parametrize("size", [(5, 7), (4, 4), (6, 9)])
def test_image_and_labels_are_transformed_alike(size):
    image, labels = example()
    expected = {draw: step_by_step(image, labels, size, *draw) for draw in outcomes(size)}
    by_label = {result[1]["normals"].tobytes(): draw for draw, result in expected.items()}
    transform = tf.function(lambda seed: augment(image, labels, TASKS, size, Augmentation(SCALES, flip=True), seed))
    drawn = []
    for number in range(60):
        augmented, augmented_labels = transform(tf.constant([3, number], tf.int64))
        draw = by_label[augmented_labels["normals"].numpy().tobytes()]
        np.testing.assert_allclose(augmented, expected[draw][0], atol=0.01)
        for name, label in expected[draw][1].items():
            np.testing.assert_array_equal(augmented_labels[name], label, err_msg=f"{name} {draw}")
        drawn.append(draw)
    for position, values in enumerate(zip(*outcomes(size), strict=True)):
        seen = {draw[position] for draw in drawn}
        assert len(seen) > 0.7 * len(set(values)), "few of the possible values were drawn"


def test_offsets_still_lead_to_the_centre_after_a_flip_and_a_zoom():
    numbers = np.array([[1, 1, 0, 2], [0, 1, 2, 2]])
    offsets, seen = centre_offsets(numbers, numbers > 0), []
    image, task, augmentation = np.zeros([2, 4, 3], np.uint8), TASKS[3], Augmentation((2.0,), flip=True)
    for number in range(8):
        seed = tf.constant([0, number], tf.int64)
        zoomed = augment(image, {"instances": offsets}, [task], (4, 8), augmentation, seed)[1]["instances"].numpy()
        flipped = np.isnan(zoomed[0, 0]).all() == (numbers[0, -1] == 0) and np.isnan(zoomed[3, 7]).all()
        large = (numbers[:, ::-1] if flipped else numbers).repeat(2, axis=0).repeat(2, axis=1)
        # The centre of a pixel's four copies lies half a pixel from the first, so all are within half a pixel.
        np.testing.assert_allclose(zoomed, centre_offsets(large, large > 0), atol=0.5001)
        seen.append(flipped)
    assert len(set(seen)) == 2


def test_scales_crops_and_flips_are_uniform():
    image = np.zeros([4, 6, 3], np.uint8)
    labels = {"semseg": np.arange(24, dtype=np.uint8).reshape(4, 6, 1)}
    transform = tf.function(
        lambda number: augment(
            image, labels, TASKS[:1], (4, 4), Augmentation(flip=True), tf.stack([number * 0, number])
        )
    )
    rows = [transform(tf.constant(number, tf.int64))[1]["semseg"][0, :, 0].numpy().tolist() for number in range(600)]
    counts = [rows.count(list(range(left, left + 4))[::step]) for left in range(3) for step in (1, -1)]
    assert sum(counts) == 600
    assert min(counts) > 60 and max(counts) < 140


def test_without_augmentation_nothing_changes():
    image, labels = example()
    augmented, augmented_labels = augment(image, labels, TASKS, (HEIGHT, WIDTH), Augmentation(), tf.constant([1, 2]))
    np.testing.assert_array_equal(augmented, image)
    for name, label in labels.items():
        np.testing.assert_array_equal(augmented_labels[name], label)


def test_the_setting_of_the_papers():
    assert Augmentation.paper() == Augmentation((0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0), flip=True)


@pytest.mark.parametrize("scale", [0, -1, float("nan")])
def test_scales_are_positive(scale):
    with pytest.raises(ValueError, match="`scales` must be positive"):
        Augmentation(scales=(1.0, scale))
