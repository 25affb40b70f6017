"""Networks at the size of the photograph."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import plain_network

from bmt_tf.models.own_size import at_own_size, mirror_to_multiple, traced
from bmt_tf.tasks import get_task

TASKS = [get_task("depth"), get_task("scene", classes=("kitchen", "street"))]


def photographs(height, width, count=2):
    return np.random.default_rng(height * 100 + width).uniform(0, 255, [count, height, width, 3]).astype(np.float32)


@pytest.mark.parametrize(("height", "width", "stride"), [(8, 12, 4), (9, 11, 4), (1, 3, 8), (5, 2, 32)])
def test_images_are_mirrored_up_to_a_multiple_of_the_stride(height, width, stride):
    images = photographs(height, width)
    padding = [(0, 0), (0, -height % stride), (0, -width % stride), (0, 0)]
    np.testing.assert_array_equal(mirror_to_multiple(images, stride), np.pad(images, padding, mode="symmetric"))


def test_outputs_have_the_size_of_the_image_and_are_those_of_the_mirrored_one():
    network, images = plain_network(TASKS), photographs(13, 22)
    found = at_own_size(network, 4)(images)
    mirrored = network(np.pad(images, [(0, 0), (0, 3), (0, 2), (0, 0)], mode="symmetric"), training=False)
    np.testing.assert_allclose(found["depth"], mirrored["depth"][:, :13, :22], atol=1e-5)
    np.testing.assert_allclose(found["scene"], mirrored["scene"], atol=1e-5)


@pytest.mark.traced
def test_one_trace_serves_all_sizes():
    calls = []

    def network(images, training):
        calls.append(images.shape)
        return {"depth": images[..., :1]}

    outputs_of = traced(at_own_size(network, 4))
    for size in ((8, 8), (13, 22), (1, 2)):
        outputs_of(tf.constant(photographs(*size)))
    assert len(calls) == 1


def test_a_network_of_a_nominal_size_takes_any():
    from toys import small_encoder

    from bmt_tf.grouping import Grouping
    from bmt_tf.models import build_branched

    encoder, task = small_encoder(), TASKS[0]
    keras.utils.set_random_seed(0)
    tree = Grouping.shared((task.name,), encoder.block_names)
    network = build_branched(encoder, [task], tree, image_size=(32, 32))
    assert traced(at_own_size(network, encoder.stride))(photographs(30, 41))["depth"].shape == (2, 30, 41, 1)
