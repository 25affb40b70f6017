"""(R-)ASPP: every place sees the whole image."""

import numpy as np
import pytest

from bmt_tf.models.aspp import aspp_block, raspp_block
from bmt_tf.models.convolutions import Style


@pytest.mark.parametrize("block", [raspp_block(Style(), 8), aspp_block(Style(), (1, 2, 3), 8)], ids=["raspp", "aspp"])
def test_a_corner_sees_the_opposite_corner(block):
    model = block.model(5)
    x = np.random.default_rng(0).normal(size=(1, 9, 12, 5)).astype("float32")
    changed = x.copy()
    changed[0, -1, -1] += 100
    before, after = model(x), model(changed)
    assert before.shape == (1, 9, 12, 8)
    assert not np.allclose(before[0, 0, 0], after[0, 0, 0])


def test_paths_have_the_given_rates():
    model = aspp_block(Style(), (6, 12, 18), 8).model(5)
    assert [model.get_layer(f"aspp_dilated{i}").dilation_rate for i in (1, 2, 3)] == [(6, 6), (12, 12), (18, 18)]
