"""The NDDR unit against norm and activation written out, and its norms matched to a batch."""

import keras
import numpy as np
import pytest

from bmt_tf.models import Style
from bmt_tf.models.soft_sharing.nddr import MOMENTUM, fuse, match_norms
from bmt_tf.models.soft_sharing.units import UnitOptions

MAPS = {name: np.random.default_rng(n).normal(2, 3, (2, 4, 5, 6)).astype("float32") for n, name in enumerate("abc")}
STYLES = [Style(relu_limit=None), Style(relu_limit=6.0, epsilon=1.001e-5)]


def _network(own_share, style=STYLES[0]):
    inputs = {name: keras.Input((None, None, 6), name=name) for name in MAPS}
    return keras.Model(inputs, fuse(inputs, "here", UnitOptions(own_share, style=style)))


@pytest.mark.parametrize("style", STYLES)
def test_with_the_own_features_alone_it_is_norm_and_activation_of_its_input(style):
    for name, output in _network(1.0, style)(MAPS, training=True).items():
        x = MAPS[name]
        normed = (x - x.mean((0, 1, 2))) / np.sqrt(x.var((0, 1, 2)) + style.epsilon)
        np.testing.assert_allclose(output, np.clip(normed, 0, style.relu_limit or np.inf), rtol=1e-4, atol=1e-4)


def test_convolutions_start_from_weighted_sums_and_have_no_bias():
    network = _network(0.8)
    layer = network.get_layer("unit_here_b")
    assert not layer.use_bias
    summed = network.get_layer("unit_here_b_bn").input
    found = keras.Model(network.input, summed)(MAPS)
    np.testing.assert_allclose(found, 0.8 * MAPS["b"] + 0.1 * (MAPS["a"] + MAPS["c"]), rtol=1e-4, atol=1e-5)
    norm = network.get_layer("unit_here_b_bn")
    assert norm.momentum == MOMENTUM and norm.epsilon == STYLES[0].epsilon


def test_matched_norms_change_nothing_on_the_images_they_are_matched_to():
    image = keras.Input((None, None, 3), name="image")
    own = {name: keras.layers.Conv2D(4, 1, name=f"conv_{name}")(image) for name in "ab"}
    once = fuse(own, "first", UnitOptions())
    twice = fuse(once, "second", UnitOptions())
    network = keras.Model(image, twice)
    images = np.random.default_rng(0).uniform(0, 255, (2, 8, 8, 3)).astype("float32")
    match_norms(network, "ab", ("first", "second"), images)
    for site in ("first", "second"):
        norm = network.get_layer(f"unit_{site}_a_bn")
        before, after = keras.Model(image, [norm.input, norm.output])(images)
        np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-2)
