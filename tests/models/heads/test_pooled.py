"""The head of tasks with one label per image."""

import numpy as np

from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.pooled import HEADS
from bmt_tf.tasks import get_task


def test_pooled_head_gives_one_vector_per_image():
    features = np.random.default_rng(0).normal(size=(2, 3, 4, 6)).astype("float32")
    head = HEADS["pooled"].model(get_task("scene", channels=4), Style(), {"features": features})
    kernel, bias = head.get_layer("logits").get_weights()
    outputs = head([features, np.ones((2, 39, 55, 3), "float32")])
    np.testing.assert_allclose(outputs, features.mean(axis=(1, 2)) @ kernel + bias, rtol=1e-4, atol=1e-5)
