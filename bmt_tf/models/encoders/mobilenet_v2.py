"""MobileNetV2 as a list of blocks."""

import dataclasses

import keras

from bmt_tf.layers import Normalise
from bmt_tf.models.aspp import raspp_block
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style, conv_norm, depthwise_norm
from bmt_tf.models.dilation import dilate
from bmt_tf.models.encoder import Encoder, Pretrained

_STYLE = Style(epsilon=1e-3, relu_limit=6.0, separable=True, head_channels=128)
# Channels, repeats, stride of the first, expansion. Source: Sandler et al., MobileNetV2, 2018, table 2.
_STAGES = ((16, 1, 1, 1), (24, 2, 2, 6), (32, 3, 2, 6), (64, 4, 2, 6), (96, 3, 1, 6), (160, 3, 2, 6), (320, 1, 1, 6))


def mobilenet_v2_encoder(
    width: float = 1.0,
    output_stride: int = 16,
    aspp: bool = True,
    aspp_channels: int = 128,
    head_channels: int = 128,
    dropout: float = 0.0,
) -> Encoder:
    """Returns MobileNetV2 with blocks `block_01`..`block_17` and the R-ASPP `aspp`; heads branch off `block_03`.

    Padding is TensorFlow's `"same"`, as in `keras.applications`, whose weights fit. Options as for `get_encoder`.
    """
    if width <= 0:
        raise ValueError(f"`width` must be positive. Received: width={width}.")
    style = dataclasses.replace(_STYLE, head_channels=head_channels)
    strides = [stride if index == 0 else 1 for _, repeats, stride, _ in _STAGES for index in range(repeats)]
    steps = dilate(strides, output_stride, start=2)
    blocks = []
    for stage, (channels, repeats, _, expansion) in enumerate(_STAGES, start=1):
        filters = _divisible(int(channels * width))
        for _ in range(repeats):
            name, step = f"block_{len(blocks) + 1:02d}", steps[len(blocks)]
            blocks.append(Block(name, _inverted_residual(name, filters, expansion, step, style), f"stage{stage}"))
    if aspp:
        blocks.append(raspp_block(style, aspp_channels, dropout))
    stem = Block("stem", _stem(_divisible(32 * width), style))
    name = f"mobilenet_v2_{width}"
    return Encoder(name, stem, tuple(blocks), "block_03", output_stride, style, _pretrained(width))


def _stem(filters, style):
    def apply(x):
        x = Normalise("minus_one_to_one", dtype="float32", name="stem_normalise")(x)
        return conv_norm(x, "stem_conv", filters, style, 3, strides=2)

    return apply


def _inverted_residual(name, filters, expansion, step, style):
    def apply(inputs):
        x = inputs
        if expansion > 1:
            x = conv_norm(x, f"{name}_expand", expansion * inputs.shape[-1], style)
        x = depthwise_norm(x, f"{name}_depthwise", style, strides=step.stride, dilation=step.dilation)
        x = conv_norm(x, f"{name}_project", filters, style, activate=False)
        if step.reduces or inputs.shape[-1] != filters:
            return x
        return keras.layers.Add(name=f"{name}_add")([inputs, x])

    return apply


def _divisible(channels):
    """Rounds to a multiple of 8, never down by more than a tenth, as all MobileNets do."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def _pretrained(width):
    def model(weights):
        return keras.applications.MobileNetV2((224, 224, 3), alpha=width, include_top=False, weights=weights)

    layers = {"stem_conv": "Conv1", "stem_conv_bn": "bn_Conv1"}
    for index in range(sum(repeats for _, repeats, _, _ in _STAGES)):
        theirs = f"block_{index}" if index else "expanded_conv"
        for step in ("expand", "depthwise", "project") if index else ("depthwise", "project"):
            layers[f"block_{index + 1:02d}_{step}"] = f"{theirs}_{step}"
            layers[f"block_{index + 1:02d}_{step}_bn"] = f"{theirs}_{step}_BN"
    return Pretrained(model, layers, left_over=("Conv_1", "Conv_1_bn"))


ENCODERS = {"mobilenet_v2_<width>": mobilenet_v2_encoder}
