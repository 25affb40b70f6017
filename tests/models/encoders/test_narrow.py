"""The narrow encoder."""

import numpy as np
import pytest

from bmt_tf.models import get_encoder


def test_three_blocks_end_an_eighth_of_the_image():
    encoder = get_encoder("narrow", output_stride=8)
    assert (encoder.name, encoder.block_names, encoder.stride) == ("narrow", ("block_1", "block_2", "block_3"), 8)
    x = encoder.stem_model()(np.zeros([1, 16, 24, 3], np.float32))
    shapes = []
    for block in encoder.blocks:
        x = block.model(x.shape[-1])(x)
        shapes.append(tuple(x.shape))
    assert shapes == [(1, 8, 12, 3), (1, 4, 6, 8), (1, 2, 3, 16)]


def test_another_stride_is_refused():
    with pytest.raises(ValueError, match="`output_stride` of encoder narrow must be 8"):
        get_encoder("narrow", output_stride=16)
