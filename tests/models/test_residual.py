"""Residual blocks: what they add to, and the places they take."""

import numpy as np
import pytest

from bmt_tf.models.convolutions import Style
from bmt_tf.models.dilation import Step
from bmt_tf.models.residual import basic, bottleneck, residual_blocks, wide_stem

STYLE = Style(relu_limit=None)
PLAIN = Step(1, 1, 1, reduces=False)


def test_blocks_bear_their_stage_and_number():
    blocks = residual_blocks((1, 2), (4, 8), [PLAIN] * 3, STYLE, basic)
    assert [(block.name, block.stage) for block in blocks] == [
        ("stage1_block1", "stage1"),
        ("stage2_block1", "stage2"),
        ("stage2_block2", "stage2"),
    ]


@pytest.mark.parametrize(("branches", "last", "channels"), [(basic, "conv2", 4), (bottleneck, "conv3", 16)])
@pytest.mark.parametrize("stride", [1, 2])
def test_without_its_branch_a_block_of_equal_channels_is_the_identity_at_the_places_of_the_stride(
    branches, last, channels, stride
):
    (block,) = residual_blocks((1,), (4,), [Step(stride, 1, 1, reduces=False)], STYLE, branches)
    model = block.model(channels)
    model.get_layer(f"stage1_block1_{last}_bn").gamma.assign(np.zeros(channels))
    x = np.random.default_rng(0).uniform(size=(1, 7, 8, channels)).astype("float32")
    np.testing.assert_array_equal(model(x), x[:, ::stride, ::stride])


def test_the_shortcut_is_a_convolution_where_channels_differ_or_the_block_reduces():
    for channels, step in ((8, PLAIN), (4, Step(1, 1, 2, reduces=True))):
        (block,) = residual_blocks((1,), (4,), [step], STYLE, basic)
        assert block.model(channels).get_layer("stage1_block1_shortcut").kernel.shape == (1, 1, channels, 4)


def test_the_stem_has_stride_4_for_any_size():
    stem = wide_stem(4, STYLE).model(3, dtype="float32")
    for height, width in ((32, 64), (33, 61)):
        assert stem(np.zeros((1, height, width, 3), "float32")).shape == (1, -(-height // 4), -(-width // 4), 4)
