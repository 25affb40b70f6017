"""The colours of numbers."""

import numpy as np

from bmt_tf.tasks import painting


def test_classes_without_a_colour_look_like_ignored_ones():
    picture = painting.by_palette(np.uint8([[[0], [1], [255]]]), ((1, 2, 3),), (0, 1))
    assert picture[0].tolist() == [[1, 2, 3], list(painting.IGNORED), list(painting.IGNORED)]


def test_the_ends_of_the_span_get_the_ends_of_the_ramp():
    picture = painting.by_ramp(np.float32([[[2], [6], [99]]]), (), (2, 6))
    np.testing.assert_allclose(picture[0], [painting.RAMP[0], painting.RAMP[-1], painting.RAMP[-1]])


def test_what_is_near_is_light_in_depth_as_in_disparity():
    near, far = painting.by_falling_ramp(np.float32([[[6], [2]]]), (), (2, 6))[0]
    np.testing.assert_allclose([near, far], [painting.RAMP[0], painting.RAMP[-1]])


def test_offsets_have_a_hue_for_each_direction_and_no_colour_where_they_are_none():
    array = np.float32([[[0, 0], [4, 0], [-4, 0], [2, 0], [np.nan, np.nan]]])
    none, right, left, half, _ = painting.by_direction(array, (), (-4, 4))[0]
    assert none.tolist() == [255] * 3
    np.testing.assert_allclose(right, [255, 63.75, 63.75], atol=0.1)
    np.testing.assert_allclose(left, [0, 191.25, 191.25], atol=0.1)
    np.testing.assert_allclose(half, (right + none) / 2, atol=0.1)


def test_heat_is_dark_at_zero_and_light_at_the_largest():
    picture = painting.by_heat(np.float32([[[0], [0.02]]]), (), (0.01, 0.02))
    np.testing.assert_allclose(picture[0], [painting.RAMP[-1], painting.RAMP[0]])


def test_components_and_probabilities():
    assert painting.by_components(np.float32([[[-1, 0, 1]]]), (), (0, 1))[0, 0].tolist() == [0, 127.5, 255]
    assert painting.in_grey(np.float32([[[0.2, 0.6]]]), (), (0, 1))[0, 0].round().tolist() == [102] * 3
