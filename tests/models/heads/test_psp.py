"""The pyramid pooling decoder: each place sees the whole image; widths follow from the features."""

import numpy as np

from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.psp import HEADS
from bmt_tf.tasks import get_task

STYLE = Style(relu_limit=None)
IMAGE = np.ones((1, 64, 96, 3), "float32")


def head_of(channels):
    given = {"features": np.random.default_rng(0).normal(size=(1, 8, 12, channels)).astype("float32")}
    return HEADS["psp"].model(get_task("semseg", channels=7), STYLE, given), given["features"]


def test_four_means_of_a_quarter_of_the_channels_stand_beside_the_features():
    head, _ = head_of(16)
    assert [head.get_layer(f"pool{bins}").output.shape[1:3] for bins in (1, 2, 3, 6)] == [(n, n) for n in (1, 2, 3, 6)]
    assert {head.get_layer(f"reduce{bins}").filters for bins in (1, 2, 3, 6)} == {4}
    assert head.get_layer("concat").output.shape[-1] == 2 * 16
    assert head.get_layer("fuse").filters == 4 and not any(layer.name.startswith("dropout") for layer in head.layers)


def test_a_corner_sees_the_opposite_corner():
    head, features = head_of(16)
    changed = features.copy()
    changed[0, -1, -1] += 100
    before, after = head([features, IMAGE]), head([changed, IMAGE])
    assert before.shape == (1, 64, 96, 7)
    assert not np.allclose(before[0, 0, 0], after[0, 0, 0])
