"""What residual networks are made of: their stem, and blocks that add to what they are given."""

from collections.abc import Callable, Sequence

import keras

from bmt_tf.layers import Normalise
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style, conv_norm, relu
from bmt_tf.models.dilation import Step

# Takes `(x, name, width, step, style)` and returns the shortcut and what is added to it.
Branches = Callable[..., tuple[keras.KerasTensor, keras.KerasTensor]]


def residual_blocks(
    repeats: Sequence[int], widths: Sequence[int], steps: Sequence[Step], style: Style, branches: Branches
) -> list[Block]:
    """Returns blocks `stage1_block1` and so on: `repeats` of each stage, of its width, with a step for each."""
    places = [(stage, index) for stage, count in enumerate(repeats) for index in range(count)]
    blocks = []
    for (stage, index), step in zip(places, steps, strict=True):
        name = f"stage{stage + 1}_block{index + 1}"
        blocks.append(Block(name, _residual(branches, name, widths[stage], step, style), f"stage{stage + 1}"))
    return blocks


def _residual(branches, name, width, step, style):
    def apply(x):
        skipped, x = branches(x, name, width, step, style)
        x = keras.layers.Add(name=f"{name}_add")([skipped, x])
        return relu(x, f"{name}_out", style)

    return apply


def bottleneck(x, name, width, step, style):
    """The branches of a bottleneck: 1x1, 3x3 with the stride, 1x1 to four times the width."""
    skipped = shortcut(x, name, 4 * width, step, style)
    x = conv_norm(x, f"{name}_conv1", width, style)
    x = _strided(x, f"{name}_conv2", width, step, style)
    return skipped, conv_norm(x, f"{name}_conv3", 4 * width, style, activate=False)


def basic(x, name, width, step, style):
    """The branches of a basic block: 3x3 with the stride, 3x3."""
    skipped = shortcut(x, name, width, step, style)
    x = _strided(x, f"{name}_conv1", width, step, style)
    return skipped, conv_norm(x, f"{name}_conv2", width, style, 3, dilation=step.dilation_after, activate=False)


def shortcut(x, name, filters, step, style, use_bias=False):
    """What a block adds to: what it is given, at the places of the stride, or a 1x1 convolution of it.

    It is a convolution where the channels differ or `step.reduces`.
    """
    if x.shape[-1] != filters or step.reduces:
        return conv_norm(x, f"{name}_shortcut", filters, style, strides=step.stride, use_bias=use_bias, activate=False)
    return x if step.stride == 1 else keras.layers.MaxPooling2D(1, step.stride, name=f"{name}_shortcut")(x)


def _strided(x, name, filters, step, style):
    """The 3x3 convolution that carries the stride, at the places that the shortcut takes too.

    TensorFlow's own padding would take the places beside them wherever the size is even.
    """
    if step.stride == 1:
        return conv_norm(x, name, filters, style, 3, dilation=step.dilation)
    x = keras.layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    return conv_norm(x, name, filters, style, 3, strides=step.stride, padding="valid")


def wide_stem(filters: int, style: Style, normalise: str = "minus_one_to_one", use_bias: bool = False) -> Block:
    """Returns the stem of stride 4: a 7x7 convolution and max-pooling, each of stride 2."""

    def apply(x):
        x = Normalise(normalise, dtype="float32", name="stem_normalise")(x)
        x = keras.layers.ZeroPadding2D(3, name="stem_pad")(x)
        x = conv_norm(x, "stem_conv", filters, style, 7, strides=2, padding="valid", use_bias=use_bias)
        x = keras.layers.ZeroPadding2D(1, name="stem_pool_pad")(x)
        return keras.layers.MaxPooling2D(3, strides=2, name="stem_pool")(x)

    return Block("stem", apply)
