"""The DeepLabv3+ decoder: sizes, with and without low-level features, in both styles."""

import numpy as np
import pytest

from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.deeplab import HEADS
from bmt_tf.tasks import get_task

HEAD = HEADS["deeplab"]
SEPARABLE, DENSE = Style(separable=True, head_channels=8), Style(separable=False, head_channels=8)
IMAGE = np.ones((2, 39, 55, 3), "float32")


def features(*names):
    draw = np.random.default_rng(0).normal
    sizes = {"features": (2, 3, 4, 6), "low_level": (2, 10, 14, 5)}
    return {name: draw(size=sizes[name]).astype("float32") for name in names}


@pytest.mark.parametrize("style", [SEPARABLE, DENSE])
@pytest.mark.parametrize("names", [("features", "low_level"), ("features",)])
def test_dense_logits_have_the_size_of_the_image(style, names):
    head = HEAD.model(get_task("semseg", channels=7), style, features(*names))
    assert head.name == "head_semseg"
    assert head([*features(*names).values(), IMAGE]).shape == (2, 39, 55, 7)


def test_separable_and_dense_heads_differ_in_their_convolutions():
    kinds = [
        {type(layer).__name__ for layer in HEAD.model(get_task("depth"), style, features("features")).layers}
        for style in (SEPARABLE, DENSE)
    ]
    assert "DepthwiseConv2D" in kinds[0] - kinds[1]
