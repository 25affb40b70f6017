"""The DeepLabv3+ decoder: dense logits at the size of the image."""

import keras

from bmt_tf.layers import ResizeLike
from bmt_tf.models.convolutions import conv_norm, depthwise_norm
from bmt_tf.models.heads.head import Head, HeadInputs

_LOW_LEVEL_CHANNELS = 48


def _build(inputs: HeadInputs, channels: int) -> keras.KerasTensor:
    """Returns float32 logits `[B, H, W, channels]`; without low-level features, of the last block's alone.

    The 3x3 convolutions are depthwise separable where the style says so.
    Source: Chen et al., Encoder-Decoder with Atrous Separable Convolution, 2018, sec. 3.1.
    """
    x, style = inputs.features["features"], inputs.style
    if "low_level" in inputs.features:
        low_level = conv_norm(inputs.features["low_level"], "reduce", _LOW_LEVEL_CHANNELS, style)
        x = ResizeLike(name="features_resize")(x, low_level)
        x = keras.layers.Concatenate(name="concat")([low_level, x])
    for step in ("fuse1", "fuse2"):
        if style.separable:
            x = depthwise_norm(x, f"{step}_depthwise", style)
            x = conv_norm(x, f"{step}_pointwise", style.head_channels, style)
        else:
            x = conv_norm(x, step, style.head_channels, style, 3)
    x = keras.layers.Conv2D(channels, 1, dtype="float32", name="logits")(x)
    return ResizeLike(dtype="float32", name="resize")(x, inputs.image)


HEADS = {"deeplab": Head(_build, wants=("features", "low_level"), dense=True)}
