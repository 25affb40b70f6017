"""The ResNet-50 of Taskonomy, whose stages have their stride at the end."""

import dataclasses

from bmt_tf.models.convolutions import Style
from bmt_tf.models.dilation import Step
from bmt_tf.models.encoder import Encoder
from bmt_tf.models.encoders.resnet import RESNET50, WIDTHS
from bmt_tf.models.residual import bottleneck, residual_blocks, wide_stem

_STYLE = Style(epsilon=1.001e-5, relu_limit=None, separable=False, head_channels=256)
_STRIDES = (2, 2, 1, 1)  # of the last block of each stage


def taskonomy_encoder(output_stride: int = 16, width: float = 1.0, head_channels: int = 256) -> Encoder:
    """Returns Taskonomy's ResNet-50: blocks `stage1_block1`..`stage4_block3` at output stride 16, nothing dilated.

    Stages 1 and 2 have the stride of the 3x3 convolution in their last block, whose shortcut then takes every second
    place; stages 3 and 4 have none, so that an image of 256 x 256 pixels gives 16 x 16 features. It has the weights of
    `resnet50` without (R-)ASPP, 23,508,032. Low level `stage1_block3`, at stride 8. Other options as for `get_encoder`.
    Source: Zamir et al., Taskonomy, 2018, and its authors' code; BMN, appendix B ("replace the last stride 2
    convolution by a stride 1 convolution").
    """
    if output_stride != 16:
        raise ValueError(
            f"`output_stride` of encoder resnet50_taskonomy must be 16. Received: output_stride={output_stride}."
        )
    style = dataclasses.replace(_STYLE, head_channels=head_channels)
    widths = [int(channels * width) for channels in WIDTHS]
    steps = [
        Step(stride if index == count - 1 else 1, dilation=1, dilation_after=1, reduces=False)
        for count, stride in zip(RESNET50, _STRIDES, strict=True)
        for index in range(count)
    ]
    blocks = residual_blocks(RESNET50, widths, steps, style, bottleneck)
    return Encoder("resnet50_taskonomy", wide_stem(widths[0], style), blocks, "stage1_block3", output_stride, style)


ENCODERS = {"resnet50_taskonomy": taskonomy_encoder}
