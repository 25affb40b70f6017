"""The colours of numbers."""

import numpy as np

from bmt_tf.tasks import painting


def test_classes_without_a_colour_look_like_ignored_ones():
    picture = painting.by_palette(np.uint8([[[0], [1], [255]]]), ((1, 2, 3),), (0, 1))
    assert picture[0].tolist() == [[1, 2, 3], list(painting.IGNORED), list(painting.IGNORED)]


def test_the_ends_of_the_span_get_the_ends_of_the_ramp():
    picture = painting.by_ramp(np.float32([[[2], [6], [99]]]), (), (2, 6))
    np.testing.assert_allclose(picture[0], [painting.RAMP[0], painting.RAMP[-1], painting.RAMP[-1]])


def test_components_and_probabilities():
    assert painting.by_components(np.float32([[[-1, 0, 1]]]), (), (0, 1))[0, 0].tolist() == [0, 127.5, 255]
    assert painting.in_grey(np.float32([[[0.2, 0.6]]]), (), (0, 1))[0, 0].round().tolist() == [102] * 3
