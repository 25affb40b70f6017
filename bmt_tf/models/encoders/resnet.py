"""ResNet-18 and ResNet-50 as lists of blocks."""

import dataclasses
import functools

import keras

from bmt_tf.models.aspp import aspp_block
from bmt_tf.models.convolutions import Style, conv_norm
from bmt_tf.models.dilation import dilate
from bmt_tf.models.encoder import Encoder, Pretrained
from bmt_tf.models.residual import basic, bottleneck, residual_blocks, shortcut, wide_stem

_STYLE = Style(epsilon=1.001e-5, relu_limit=None, separable=False, head_channels=256)
WIDTHS = (64, 128, 256, 512)
RESNET50, _RESNET18 = (3, 4, 6, 3), (2, 2, 2, 2)  # blocks of each stage


def resnet50_encoder(
    output_stride: int = 16,
    keras_form: bool = False,
    width: float = 1.0,
    aspp: bool = True,
    aspp_channels: int = 256,
    head_channels: int = 256,
    dropout: float = 0.0,
) -> Encoder:
    """Returns ResNet-50: blocks `stage1_block1`..`stage4_block3` and the ASPP `aspp`; low level `stage1_block3`.

    The papers' networks have the stride in the 3x3 convolution and no biases before batch norm; `keras_form` gives the
    form of `keras.applications`, whose weights fit at width 1: stride in the first 1x1, biases, BGR images. Other
    options as for `get_encoder`. Source: He et al., Deep Residual Learning, 2016, table 1.
    """
    style = dataclasses.replace(_STYLE, head_channels=head_channels)
    widths = [int(channels * width) for channels in WIDTHS]
    steps, branches = _steps(RESNET50, output_stride), _keras_bottleneck if keras_form else bottleneck
    blocks = residual_blocks(RESNET50, widths, steps, style, branches)
    pretrained = _pretrained(blocks) if keras_form and width == 1 else None
    if aspp:
        blocks.append(aspp_block(style, _rates(output_stride), aspp_channels, dropout))
    normalise = "bgr_minus_mean" if keras_form else "minus_one_to_one"
    stem = wide_stem(widths[0], style, normalise, use_bias=keras_form)
    name = "resnet50_keras" if keras_form else "resnet50"
    return Encoder(name, stem, tuple(blocks), "stage1_block3", output_stride, style, pretrained)


def resnet18_encoder(
    output_stride: int = 16,
    width: float = 1.0,
    aspp: bool = True,
    aspp_channels: int = 256,
    head_channels: int = 256,
    dropout: float = 0.0,
) -> Encoder:
    """Returns ResNet-18: blocks `stage1_block1`..`stage4_block2` and the ASPP `aspp`; low level `stage1_block2`.

    `keras.applications` has no weights for it. Options as for `get_encoder`.
    Source: He et al., Deep Residual Learning, 2016, table 1.
    """
    style = dataclasses.replace(_STYLE, head_channels=head_channels)
    widths = [int(channels * width) for channels in WIDTHS]
    blocks = residual_blocks(_RESNET18, widths, _steps(_RESNET18, output_stride), style, basic)
    if aspp:
        blocks.append(aspp_block(style, _rates(output_stride), aspp_channels, dropout))
    return Encoder("resnet18", wide_stem(widths[0], style), tuple(blocks), "stage1_block2", output_stride, style)


def thin_resnet18_encoder(width: float, output_stride: int = 16, aspp: bool = True, dropout: float = 0.0) -> Encoder:
    """Returns ResNet-18 with its channels and those of the ASPP times `width`; heads have half of the ASPP's.

    Few and dense convolutions, which learn from random weights in a few hundred steps.
    """
    channels = round(256 * width)
    encoder = resnet18_encoder(output_stride, width, aspp, channels, round(channels / 2), dropout)
    return dataclasses.replace(encoder, name=f"resnet18_{width:g}")


def _steps(repeats, output_stride):
    strides = [2 if stage and not index else 1 for stage, count in enumerate(repeats) for index in range(count)]
    return dilate(strides, output_stride, start=4)


def _keras_bottleneck(x, name, width, step, style):
    skipped = shortcut(x, name, 4 * width, step, style, use_bias=True)
    x = conv_norm(x, f"{name}_conv1", width, style, strides=step.stride, use_bias=True)
    x = conv_norm(x, f"{name}_conv2", width, style, 3, dilation=step.dilation_after, use_bias=True)
    return skipped, conv_norm(x, f"{name}_conv3", 4 * width, style, use_bias=True, activate=False)


def _rates(output_stride):
    """Rates 6, 12, 18 at output stride 16; in image pixels the same at the others."""
    return tuple(96 // output_stride * factor for factor in (1, 2, 3))


def _pretrained(blocks):
    layers = {"stem_conv": "conv1_conv", "stem_conv_bn": "conv1_bn"}
    for block in blocks:
        stage, index = int(block.name[5]), int(block.name[-1])
        convolutions = ("shortcut", "conv1", "conv2", "conv3")
        for theirs, ours in enumerate(convolutions if index == 1 else convolutions[1:], start=int(index > 1)):
            layers[f"{block.name}_{ours}"] = f"conv{stage + 1}_block{index}_{theirs}_conv"
            layers[f"{block.name}_{ours}_bn"] = f"conv{stage + 1}_block{index}_{theirs}_bn"
    return Pretrained(_keras_resnet50, layers)


def _keras_resnet50(weights):
    return keras.applications.ResNet50(include_top=False, weights=weights, input_shape=(224, 224, 3))


ENCODERS = {
    "resnet18": resnet18_encoder,
    "resnet18_<width>": thin_resnet18_encoder,
    "resnet50": resnet50_encoder,
    "resnet50_keras": functools.partial(resnet50_encoder, keras_form=True),
}
