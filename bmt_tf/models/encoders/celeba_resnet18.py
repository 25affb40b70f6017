"""The ResNet-18 for small photographs of faces, which keeps their size in its stem."""

import dataclasses

import keras

from bmt_tf.layers import AdaptiveAveragePooling2D, Normalise
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style, conv_norm, relu
from bmt_tf.models.encoder import Encoder

_STYLE = Style(epsilon=1.001e-5, relu_limit=None, separable=False, head_channels=256)
_WIDTHS = (64, 128, 256, 512)
_PLACES = 2  # of the last features, in height and in width
_STRIDE = 8


def celeba_resnet18_encoder(
    output_stride: int = _STRIDE, width: float = 1.0, whole_image: bool = True, head_channels: int = 256
) -> Encoder:
    """Returns ResNet-18 with a 3x3 stem of stride 1 and no pooling there; blocks `stage1_block1`..`stage4_block2`.

    The last block averages its map to 2 x 2 places, which of images of 64 x 64 is the published pooling of 4 x 4, and
    gives them as one feature vector of 2,048; without `whole_image` it gives its map, as tasks with a label per pixel
    need. `width` is a factor on the channels.

    In the published code each attribute has two logits; our tasks of attributes have one, whose sigmoid says the same
    as the softmax of two.

    Source: Sener and Koltun, Multi-Task Learning as Multi-Objective Optimization, 2018 (published code), as quoted in
    BMN, table 3.
    """
    if output_stride != _STRIDE:
        raise ValueError(
            f"`output_stride` of encoder celeba_resnet18 must be {_STRIDE}. Received: output_stride={output_stride}."
        )
    style = dataclasses.replace(_STYLE, head_channels=head_channels)
    widths = [int(channels * width) for channels in _WIDTHS]
    blocks = []
    for stage, filters in enumerate(widths, start=1):
        for number in (1, 2):
            stride = 2 if stage > 1 and number == 1 else 1
            last = whole_image and (stage, number) == (len(widths), 2)
            name = f"stage{stage}_block{number}"
            blocks.append(Block(name, _basic(name, filters, stride, style, last), f"stage{stage}"))
    stem = Block("stem", _stem(widths[0], style))
    return Encoder("celeba_resnet18", stem, tuple(blocks), "stage1_block2", _STRIDE, style)


def _stem(filters, style):
    def apply(x):
        x = Normalise("minus_one_to_one", dtype="float32", name="stem_normalise")(x)
        return conv_norm(x, "stem_conv", filters, style, 3)

    return apply


def _basic(name, filters, stride, style, last):
    def apply(inputs):
        shortcut = inputs
        if stride > 1 or inputs.shape[-1] != filters:
            shortcut = conv_norm(inputs, f"{name}_shortcut", filters, style, strides=stride, activate=False)
        # TensorFlow's own padding would take other places than the shortcut wherever the size is even.
        x = keras.layers.ZeroPadding2D(1, name=f"{name}_pad")(inputs)
        x = conv_norm(x, f"{name}_conv1", filters, style, 3, strides=stride, padding="valid")
        x = conv_norm(x, f"{name}_conv2", filters, style, 3, activate=False)
        x = relu(keras.layers.Add(name=f"{name}_add")([shortcut, x]), f"{name}_out", style)
        if not last:
            return x
        x = AdaptiveAveragePooling2D(_PLACES, name=f"{name}_pool")(x)
        return keras.layers.Reshape((1, 1, _PLACES**2 * filters), name=f"{name}_flat")(x)

    return apply


ENCODERS = {"celeba_resnet18": celeba_resnet18_encoder}
