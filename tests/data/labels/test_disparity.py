"""Files of disparity: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task

DISPARITY = get_task("disparity")


class TestDisparity(LabelKindContract):
    task = DISPARITY
    label = np.array([[0.25, 1, 2.125], [np.nan, 3, 2.999]], np.float32)[..., None]
    wrong = np.full([2, 3], -1.0)
    tolerance = 0.5001 / 256


class TestNoDisparity(LabelKindContract):
    """Of things that are infinitely far, which the numbers of a PNG do not tell from what is not labelled."""

    task = DISPARITY
    label = np.array([[0, 1, 2.125], [np.nan, 3, 2.999]], np.float32)[..., None]
    wrong = np.full([2, 3], 3.5)


def test_steps_of_256ths_as_they_are_or_counted_from_one(read, row):
    steps = row(0, 256, 385, dtype=np.uint16)
    np.testing.assert_array_equal(read(DISPARITY, steps).ravel(), np.float32([np.nan, 1, 385 / 256]))
    np.testing.assert_array_equal(read(DISPARITY, steps, zero=1).ravel(), np.float32([np.nan, 255 / 256, 1.5]))
    np.testing.assert_array_equal(read(DISPARITY, row(2, 0), pixels_per_step=0.5, invalid=7).ravel(), [1, 0])


def test_an_array_is_in_pixels_unless_the_description_says_otherwise(read, row):
    np.testing.assert_array_equal(read(DISPARITY, row(0, 2, dtype=np.int32), ".npy").ravel(), [0, 2])
    np.testing.assert_array_equal(
        read(DISPARITY, row(0, 2, dtype=np.int32), ".npy", pixels_per_step=0.5).ravel(), [0, 1]
    )
    np.testing.assert_array_equal(read(DISPARITY, row(np.nan, 1.5, dtype=float), ".npy").ravel(), [np.nan, 1.5])


@pytest.mark.parametrize(
    "values, suffix, encoding, message",
    [
        ([[0, 40]], ".png", {}, "16-bit image .*`pixels_per_step`.*Received: 8 bits"),
        ([[True, False]], ".npy", {}, "Received: true and false"),
        ([[0, 65535]], ".png", {}, r"`invalid` \[0, 65535\]"),
        ([[0, 700]], ".png", {}, "width of the image.*`pixels_per_step`"),
        ([[2, 300]], ".png", {"zero": 3}, "from 0 pixels to .*`zero`"),
    ],
)
def test_disparities_that_cannot_be_are_refused_and_the_setting_named(read, values, suffix, encoding, message):
    types = {40: np.uint8, True: bool}
    with pytest.raises(ValueError, match=message):
        read(DISPARITY, np.array(values, types.get(max(values[0]), np.uint16)), suffix, **encoding)
