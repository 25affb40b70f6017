"""The decoders of Taskonomy: convolutions that take features 16 times smaller up to the size of the image."""

import functools

import keras

from bmt_tf.layers import AdaptiveAveragePooling2D, Dropout, ResizeLike
from bmt_tf.models.convolutions import conv_norm, norm, transposed_norm
from bmt_tf.models.heads.head import Head, HeadInputs

# The layers, and what part of the features' channels they have: of 2048, from 1024 to 16.
_FIRST = (("conv", 2), ("conv", 2), ("conv", 4), ("conv", 8), ("conv", 8))
_RISING = (("conv", 16), ("up", 32), ("conv", 32), ("up", 64), ("conv", 64), ("up", 128), ("conv", 64), ("up", 128))
_LEAST = 8  # channels, on narrow encoders
_CODE, _CODE_SIZE = 8, 16  # channels of the code; its height and width for a scene
_DROPPED = 0.5


def _build(inputs: HeadInputs, channels: int, bottleneck: bool) -> keras.KerasTensor:
    """Returns float32 logits `[B, H, W, channels]` of the last block's features alone.

    Five 3x3 convolutions, then convolutions and transposed convolutions in turn, four of these of stride 2. With
    `bottleneck` a 3x3 convolution to 8 channels comes first, which Taskonomy counts to the encoder.
    Source: BMN, appendix B; widths from the code of Taskonomy's authors, as BMN prints none. BMN's activation, not
    Taskonomy's leaky one; and no tanh at the end, since what is predicted is not between -1 and 1.
    """
    x, style = inputs.features["features"], inputs.style
    full = x.shape[-1]
    if bottleneck:
        x = conv_norm(x, "code", _CODE, style, 3)
    for number, (kind, part) in enumerate((*_FIRST, *_RISING), start=1):
        width, name = max(_LEAST, full // part), f"{kind}{number}"
        x = transposed_norm(x, name, width, style) if kind == "up" else conv_norm(x, name, width, style, 3)
    x = keras.layers.Conv2D(channels, 3, padding="same", dtype="float32", name="logits")(x)
    return ResizeLike(dtype="float32", name="resize")(x, inputs.image)


def _build_scene(inputs: HeadInputs, channels: int) -> keras.KerasTensor:
    """Returns float32 logits `[B, channels]` of the whole image, by two dense layers with dropout between them.

    They see the code of 8 channels at every one of 16 x 16 places; features of another size are averaged to so many.
    Source: the code of Taskonomy's authors, for images of 256 x 256 pixels.
    """
    x, style = inputs.features["features"], inputs.style
    width = max(_LEAST, x.shape[-1])
    x = AdaptiveAveragePooling2D(_CODE_SIZE, name="places")(conv_norm(x, "code", _CODE, style, 3))
    x = keras.layers.Flatten(name="flat")(x)
    x = keras.layers.Dense(width, use_bias=False, kernel_initializer="he_normal", name="dense")(x)
    x = Dropout(_DROPPED, name="dropout")(norm(x, "dense", style))
    return keras.layers.Dense(channels, dtype="float32", name="logits")(x)


HEADS = {
    "taskonomy": Head(functools.partial(_build, bottleneck=False), wants=("features",), dense=True),
    "taskonomy_bottleneck": Head(functools.partial(_build, bottleneck=True), wants=("features",), dense=True),
    "taskonomy_scene": Head(_build_scene, wants=("features",), dense=False),
}
