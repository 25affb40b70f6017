"""Atrous spatial pyramid pooling: the last block of an encoder, which sees the whole image."""

import keras

from bmt_tf.layers import Dropout, ResizeLike
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style, conv_norm


def raspp_block(style: Style, channels: int = 128, dropout: float = 0.0) -> Block:
    """Returns the reduced ASPP, a block named `aspp`: a 1x1 convolution beside global pooling.

    `dropout` is the share of what goes into the last convolution that is set to zero in training.
    Source: Sandler et al., MobileNetV2, 2018, sec. 6.3; dropout as in the code of the authors of BMTAS.
    """

    def apply(x):
        local = conv_norm(x, "aspp_local", channels, style)
        return _joined_paths([local, _image_path(x, channels, style)], channels, style, dropout)

    return Block("aspp", apply, fresh=True)


def aspp_block(style: Style, rates: tuple[int, int, int], channels: int = 256, dropout: float = 0.0) -> Block:
    """Returns DeepLabv3's ASPP, a block named `aspp`: a 1x1 and three dilated 3x3 convolutions beside global pooling.

    `dropout` is as in `raspp_block`.
    Source: Chen et al., Rethinking Atrous Convolution, 2017, sec. 3.3.
    """

    def apply(x):
        paths = [conv_norm(x, "aspp_local", channels, style)]
        for index, rate in enumerate(rates, start=1):
            paths.append(conv_norm(x, f"aspp_dilated{index}", channels, style, 3, dilation=rate))
        return _joined_paths([*paths, _image_path(x, channels, style)], channels, style, dropout)

    return Block("aspp", apply, fresh=True)


def _image_path(x, channels, style):
    pooled = keras.layers.GlobalAveragePooling2D(keepdims=True, name="aspp_pool")(x)
    pooled = conv_norm(pooled, "aspp_image", channels, style)
    return ResizeLike(name="aspp_resize")(pooled, x)


def _joined_paths(paths, channels, style, dropout):
    x = keras.layers.Concatenate(name="aspp_concat")(paths)
    if dropout:
        x = Dropout(dropout, name="aspp_dropout")(x)
    return conv_norm(x, "aspp_project", channels, style)
