"""Strides traded for dilation."""

import pytest

from bmt_tf.models.dilation import dilate

STRIDES = (1, 2, 1, 2, 1, 2, 2, 1)


@pytest.mark.parametrize(
    "output_stride, kept, dilations",
    [
        (32, STRIDES, (1, 1, 1, 1, 1, 1, 1, 1)),
        (16, (1, 2, 1, 2, 1, 2, 1, 1), (1, 1, 1, 1, 1, 1, 1, 2)),
        (8, (1, 2, 1, 2, 1, 1, 1, 1), (1, 1, 1, 1, 1, 1, 2, 4)),
    ],
)
def test_strides_beyond_the_output_stride_become_dilation(output_stride, kept, dilations):
    steps = dilate(STRIDES, output_stride, start=2)
    assert tuple(step.stride for step in steps) == kept
    assert tuple(step.dilation for step in steps) == dilations
    assert [step.reduces for step in steps] == [stride > 1 for stride in STRIDES]
    assert all(steps[i].dilation_after == steps[i + 1].dilation for i in range(len(steps) - 1))


def test_other_output_strides_are_refused():
    with pytest.raises(ValueError, match=r"`output_stride` must be 8, 16 or 32. Received: output_stride=4"):
        dilate(STRIDES, 4, start=2)
