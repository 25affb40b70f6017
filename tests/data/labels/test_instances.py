"""Files of offsets to instances' centres: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.data.labels.instances import centre_offsets
from bmt_tf.tasks import get_task

INSTANCES = get_task("instances")
NUMBERS = np.array([[7, 7, 0], [9, 7, 0]], np.uint16)
OFFSETS = np.array(
    [[[2 / 3, 1 / 3], [-1 / 3, 1 / 3], [np.nan] * 2], [[0, 0], [-1 / 3, -2 / 3], [np.nan] * 2]], np.float32
)


class TestInstances(LabelKindContract):
    task = INSTANCES
    label = OFFSETS
    wrong = np.full([2, 3, 2], 9.0)


def test_every_pixel_leads_to_the_mean_place_of_its_instance():
    rng = np.random.default_rng(0)
    numbers, labelled = rng.integers(0, 5, [6, 8]), rng.random([6, 8]) < 0.7
    offsets = centre_offsets(numbers, labelled)
    assert np.isnan(offsets[~labelled]).all()
    for row, column in np.argwhere(labelled):
        mean = np.argwhere(labelled & (numbers == numbers[row, column])).mean(0)
        np.testing.assert_allclose(offsets[row, column], [mean[1] - column, mean[0] - row], atol=1e-5)


def test_an_image_of_numbers_is_taken_for_that_of_instances(read):
    np.testing.assert_allclose(read(INSTANCES, NUMBERS), OFFSETS, atol=1e-6)
    np.testing.assert_allclose(read(INSTANCES, NUMBERS, first=9)[1, 0], [0, 0])
    assert np.isnan(read(INSTANCES, NUMBERS, first=8)[0]).all()
    assert np.isnan(read(INSTANCES, NUMBERS, ignore=[7])[0]).all()


def test_other_orders_and_signs_are_turned_round(read):
    turned = -OFFSETS[..., ::-1]
    np.testing.assert_array_equal(read(INSTANCES, turned, ".npy", order="down_right", towards="pixel"), OFFSETS)


@pytest.mark.parametrize(
    "values, message",
    [
        (OFFSETS[..., 0], r"shape \[H, W, 2\]"),
        (np.full([2, 3, 2], np.inf), "finite numbers, or NaN"),
        (np.float32([[[0, np.nan]]]), "in both channels or in neither"),
        (np.float32([[[0, 0], [-3, 0]]]), r"places in the image, or .* `order` .* `towards` .* `centres`"),
    ],
)
def test_what_is_no_way_to_a_centre_is_refused(read, values, message):
    with pytest.raises(ValueError, match=rf"label\.npy: .*{message}.*Received: "):
        read(INSTANCES, values, ".npy")


def test_centres_beyond_the_border_can_be_allowed(read):
    assert read(INSTANCES, np.float32([[[0, 0], [-3, 0]]]), ".npy", centres="anywhere")[0, 1, 0] == -3
