"""Output stride: trading strides for dilation."""

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Step:
    """Stride and dilation of one block.

    Args:
        stride: Stride left after the trade.
        dilation: Dilation of a 3x3 convolution that itself carries the stride.
        dilation_after: Dilation of the convolutions after the stride.
        reduces: Whether the block had a stride before the trade (then it has no identity shortcut).
    """

    stride: int
    dilation: int
    dilation_after: int
    reduces: bool


def dilate(strides: Sequence[int], output_stride: int, start: int) -> list[Step]:
    """Returns stride and dilation of each block for features `output_stride` times smaller than the image.

    Once the output stride is reached, a stride becomes a factor on the dilation of everything after it; the
    convolution that carried it keeps its old rate. Taken at every second place, the features are those of the strided
    network.

    Source: Chen et al., Rethinking Atrous Convolution, 2017, sec. 3.1.

    Args:
        strides: Stride of each block before the trade.
        output_stride: 8, 16 or 32.
        start: Stride of the stem.

    Returns:
        One `Step` per block.

    Raises:
        ValueError: `output_stride` is not 8, 16 or 32.
    """
    if output_stride not in (8, 16, 32):
        raise ValueError(f"`output_stride` must be 8, 16 or 32. Received: output_stride={output_stride}.")
    steps, reached, dilation = [], start, 1
    for stride in strides:
        kept = stride if reached * stride <= output_stride else 1
        after = dilation * stride // kept
        steps.append(Step(kept, dilation, after, stride > 1))
        reached, dilation = reached * kept, after
    return steps
