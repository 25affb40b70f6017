"""Pixels as the encoders' weights expect them."""

import keras
import numpy as np
import pytest

from bmt_tf.layers import Normalise


@pytest.mark.parametrize("mode, reference", [("minus_one_to_one", "mobilenet_v2"), ("bgr_minus_mean", "resnet50")])
def test_equals_keras_applications(mode, reference):
    images = np.random.default_rng(0).uniform(0, 255, (2, 4, 5, 3)).astype("float32")
    expected = getattr(keras.applications, reference).preprocess_input(images.copy())
    np.testing.assert_allclose(Normalise(mode)(images), expected, rtol=1e-5, atol=1e-5)


def test_config_makes_the_same_layer():
    layer = Normalise("bgr_minus_mean")
    assert keras.layers.deserialize(keras.layers.serialize(layer)).mode == "bgr_minus_mean"


def test_unknown_mode_is_refused():
    with pytest.raises(ValueError, match=r"`mode` must be one of .* Received: mode='rgb'"):
        Normalise("rgb")
