"""Output stride: trading strides for dilation."""

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Step:
    """Stride and dilation of one block after the trade."""

    stride: int  # left after the trade
    dilation: int  # of a 3x3 convolution that itself carries the stride
    dilation_after: int  # of the convolutions after the stride
    reduces: bool  # whether the block had a stride before the trade (then its shortcut is a convolution)


def dilate(strides: Sequence[int], output_stride: int, start: int) -> list[Step]:
    """Returns one `Step` per block for features `output_stride` (8, 16 or 32) times smaller than the image.

    `strides` are those of the blocks before the trade, `start` is that of the stem. Once the output stride is reached,
    a stride becomes a factor on the dilation of everything after it; the convolution that carried it keeps its old
    rate. Taken at every second place, the features are those of the strided network.

    Source: Chen et al., Rethinking Atrous Convolution, 2017, sec. 3.1.
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
