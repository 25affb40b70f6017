"""The serving function: sizes, decoding, and one task's path alone."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.export.comparison import reference_predictions
from bmt_tf.export.serving import Exportable, serving_function
from bmt_tf.models.own_size import at_own_size

STRIDE = 4


def photographs(height, width, count=2):
    return np.random.default_rng(height * 100 + width).integers(0, 256, [count, height, width, 3], np.uint8)


def test_images_that_need_no_padding_give_what_the_network_gives(network, tasks):
    images = photographs(16, 24)
    served = serving_function(network, tasks, STRIDE)(images)
    outputs = network(images.astype(np.float32))
    assert list(served) == [task.name for task in tasks]
    for task in tasks:
        np.testing.assert_allclose(served[task.name], task.decode(outputs[task.name]), atol=1e-6)


@pytest.mark.parametrize("size", [(13, 22), (3, 2)])
def test_predictions_have_the_size_of_the_photograph_and_the_form_of_the_task(network, tasks, size):
    images = photographs(*size)
    served = serving_function(network, tasks, STRIDE)(images)
    for task in tasks:
        shape = task.kind.label_shape(task.channels, *size)
        assert served[task.name].shape == (2, *shape)
        assert served[task.name].dtype == (tf.uint8 if task.name == "semseg" else tf.float32)
    outputs_of = at_own_size(network, STRIDE)
    for index, image in enumerate(images):
        for name, wanted in reference_predictions(outputs_of, tasks, image).items():
            np.testing.assert_allclose(served[name][index], wanted[0], atol=1e-5)


def test_a_serving_size_resizes_outputs_before_they_are_decoded(network, tasks):
    served = serving_function(network, tasks, STRIDE, serve_size=(18, 21))(photographs(50, 37))
    assert served["depth"].shape == (2, 50, 37, 1)
    assert served["scene"].shape == (2, 2)
    assert set(np.unique(served["semseg"])) <= {0, 1, 2}
    np.testing.assert_allclose(np.linalg.norm(served["normals"], axis=-1), 1, atol=1e-5)
    assert np.asarray(served["edge"]).min() >= 0
    assert np.asarray(served["edge"]).max() <= 1


def test_a_photograph_of_the_serving_size_is_left_as_it_is(network, tasks):
    images = photographs(18, 21)
    resized = serving_function(network, tasks, STRIDE, serve_size=(18, 21))(images)
    for name, plain in serving_function(network, tasks, STRIDE)(images).items():
        np.testing.assert_allclose(resized[name], plain, atol=1e-5)


@pytest.mark.traced
def test_an_entry_point_predicts_what_the_network_does(network, tasks):
    images = photographs(8, 8)
    wanted = serving_function(network, tasks, STRIDE)(images)
    entry_points = Exportable(network, tasks, STRIDE).entry_points()
    assert list(entry_points) == ["serve", *(task.name for task in tasks)]
    found = entry_points["depth"](images)
    assert set(found) == {"depth"}
    np.testing.assert_allclose(found["depth"], wanted["depth"], atol=1e-5)
