"""Networks that see photographs at another size than their own."""

import math

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.data.loaded import loaded_size
from bmt_tf.models.load_size import at_loaded_size
from bmt_tf.tasks import LabelKind, Scaling, get_task

OFFSETS = LabelKind("offsets", "float32", True, math.nan, "linear", 2, Scaling.PIXELS, mirrored=(0,))  # (x, y)
INSTANCES = get_task("depth", name="instances", kind=OFFSETS, channels=2)
TASKS = (get_task("depth"), INSTANCES, get_task("scene", channels=2))


@pytest.mark.parametrize("load_size", [(4, 3), (4,), (5,)])
def test_outputs_come_back_at_the_size_and_in_the_pixels_of_the_photograph(load_size):
    seen = []

    def network(images):
        seen.append(tuple(images.shape[1:3]))
        ones = tf.ones_like(images[..., :1])
        return {"depth": 3 * ones, "instances": tf.concat([ones, ones], -1), "scene": tf.zeros([1, 2])}

    outputs = at_loaded_size(network, load_size, TASKS)(np.zeros([1, 8, 12, 3], np.float32))
    ((height, width),) = seen
    assert (height, width) == loaded_size((8, 12), load_size)
    np.testing.assert_allclose(outputs["depth"], np.full([1, 8, 12, 1], 3.0))
    np.testing.assert_allclose(outputs["instances"], np.full([1, 8, 12, 2], [12 / width, 8 / height]), rtol=1e-6)
    assert outputs["scene"].shape == (1, 2)
