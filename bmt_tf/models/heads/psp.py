"""The pyramid pooling decoder: every place sees the mean of the whole image, and of its parts."""

import keras

from bmt_tf.layers import AdaptiveAveragePooling2D, ResizeLike
from bmt_tf.models.convolutions import conv_norm
from bmt_tf.models.heads.head import Head, HeadInputs

_BINS = (1, 2, 3, 6)


def _build(inputs: HeadInputs, channels: int) -> keras.KerasTensor:
    """Returns float32 logits `[B, H, W, channels]` of the last block's features alone.

    The features stand beside their means over 1, 2 x 2, 3 x 3 and 6 x 6 parts of the image, each reduced to a quarter
    of the channels (512 of the 2048 of ResNet-50), which is the width of the last 3x3 convolution too.
    Source: BMN, appendix A ("PSP module", no widths); Zhao et al., Pyramid Scene Parsing Network, 2017, sec. 3.2, whose
    widths, without its dropout, give BMN's numbers of parameters. It expects an encoder without (R-)ASPP, at output
    stride 8.
    """
    x, style = inputs.features["features"], inputs.style
    width = max(1, x.shape[-1] // len(_BINS))
    paths = [x]
    for bins in _BINS:
        pooled = AdaptiveAveragePooling2D(bins, name=f"pool{bins}")(x)
        pooled = conv_norm(pooled, f"reduce{bins}", width, style)
        paths.append(ResizeLike(name=f"resize{bins}")(pooled, x))
    x = keras.layers.Concatenate(name="concat")(paths)
    x = conv_norm(x, "fuse", width, style, 3)
    x = keras.layers.Conv2D(channels, 1, dtype="float32", name="logits")(x)
    return ResizeLike(dtype="float32", name="resize")(x, inputs.image)


HEADS = {"psp": Head(_build, wants=("features",), dense=True)}
