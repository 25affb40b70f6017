"""The serving function: sizes, padding, decoding, and one task's path alone."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.export.comparison import reference_predictions
from bmt_tf.export.serving import mirror_to_multiple, serving_function, single_task_model

STRIDE = 4


def photographs(height, width, count=2):
    return np.random.default_rng(height * 100 + width).integers(0, 256, [count, height, width, 3], np.uint8)


@pytest.mark.parametrize(("height", "width", "stride"), [(8, 12, 4), (9, 11, 4), (1, 3, 8), (5, 2, 32)])
def test_images_are_mirrored_up_to_a_multiple_of_the_stride(height, width, stride):
    images = photographs(height, width)
    padding = [(0, 0), (0, -height % stride), (0, -width % stride), (0, 0)]
    np.testing.assert_array_equal(mirror_to_multiple(images, stride), np.pad(images, padding, mode="symmetric"))


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
    for index, image in enumerate(images):
        for name, wanted in reference_predictions(network, tasks, image, STRIDE).items():
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


def test_the_path_of_one_task_has_no_layer_of_another(network):
    part = single_task_model(network, "depth")
    heads = [layer.name for layer in part.layers if layer.name.startswith("head_")]
    assert heads == ["head_depth"]
    assert {id(weight) for weight in part.weights} <= {id(weight) for weight in network.weights}
    images = photographs(8, 8).astype(np.float32)
    np.testing.assert_array_equal(part(images)["depth"], network(images)["depth"])
