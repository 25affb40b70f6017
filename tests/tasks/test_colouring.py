"""Pictures of labels: colours that mean what they should, ignored pixels apart."""

import types

import numpy as np
import pytest

from bmt_tf.tasks import colouring, kinds, painting


def task(kind, channels, colours=()):
    """A stand-in with what a picture needs of a Task."""
    return types.SimpleNamespace(name="made_up", kind=kinds.KINDS[kind], channels=channels, colours=colours)


def test_classes_take_the_colours_of_the_task():
    label = np.uint8([[0, 1], [2, 255]])[..., None]
    colours = ((0, 0, 0), (200, 10, 20), (1, 2, 3))
    picture = colouring.colour_map(label, task("segmentation", 3, colours))
    assert picture.dtype == np.uint8
    assert picture[0, 1].tolist() == [200, 10, 20]
    assert picture[1].tolist() == [[1, 2, 3], list(painting.IGNORED)]


def test_normals_are_red_green_and_blue():
    label = np.float32([[[0, 0, 1], [-1, 0, 0]], [[np.nan] * 3, [0, 1, 0]]])
    picture = colouring.colour_map(label, task("normals", 3))
    assert picture[0].tolist() == [[128, 128, 255], [0, 128, 128]]
    assert picture[1, 0].tolist() == list(painting.IGNORED)


def test_depth_falls_in_brightness_and_shares_a_span():
    near_to_far = np.linspace(1, 9, 20, dtype=np.float32).reshape(1, 20, 1)
    picture = colouring.colour_map(near_to_far, task("depth", 1)).astype(float)
    assert (np.diff(picture[0] @ [0.299, 0.587, 0.114]) < 0).all()
    assert picture[0, 0].tolist() == list(painting.RAMP[0])
    shared = colouring.colour_map(near_to_far, task("depth", 1), span=(1, 17))
    assert (
        shared[0, -1].tolist() == colouring.colour_map(np.float32([[[1], [9], [17]]]), task("depth", 1))[0, 1].tolist()
    )


def test_depth_beyond_the_span_keeps_the_last_colour():
    picture = colouring.colour_map(np.float32([[[50], [np.nan]]]), task("depth", 1), span=(0, 10))
    assert picture[0].tolist() == [list(painting.RAMP[-1]), list(painting.IGNORED)]


@pytest.mark.parametrize("kind", ["edge", "saliency"])
def test_labels_and_probabilities_are_grey(kind):
    label = colouring.colour_map(np.uint8([[[0], [1], [255]]]), task(kind, 1))
    assert label[0].tolist() == [[0] * 3, [255] * 3, list(painting.IGNORED)]
    prediction = colouring.colour_map(np.float32([[[0.2]]]), task(kind, 1))
    assert prediction[0, 0].tolist() == [51] * 3


def test_a_constant_depth_and_an_unlabelled_one_can_be_drawn():
    assert colouring.colour_map(np.full([2, 2, 1], 3, np.float32), task("depth", 1)).shape == (2, 2, 3)
    empty = colouring.colour_map(np.full([2, 2, 1], np.nan, np.float32), task("depth", 1))
    assert (empty == painting.IGNORED).all()


def test_span_is_over_all_arrays_and_their_finite_values():
    assert colouring.value_span(np.array([np.nan, 2.0]), np.array([5.0, np.inf])) == (2.0, 5.0)
    assert colouring.value_span(np.array([np.nan])) == (0.0, 1.0)


def test_labels_of_whole_images_and_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="label per pixel"):
        colouring.colour_map(np.zeros([5], np.float32), task("scene", 5))
    with pytest.raises(ValueError, match=r"\[H, W, 3\]"):
        colouring.colour_map(np.zeros([2, 2, 1], np.float32), task("normals", 3))
