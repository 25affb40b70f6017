"""An encoder of three small blocks for images of a few pixels, which trains in seconds."""

from bmt_tf.layers import Normalise
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style, conv_norm
from bmt_tf.models.encoder import Encoder

_STYLE = Style(relu_limit=None, head_channels=8)
_STEM_CHANNELS = 8
_BLOCKS = ((3, 1), (8, 2), (16, 2))  # channels and stride


def narrow_encoder(output_stride: int = 8) -> Encoder:
    """Returns an encoder with blocks `block_1`, `block_2` and `block_3` of one convolution each, at output stride 8.

    Its first block has so few channels that tasks which share it must want the same features. It has no low-level
    features: whatever a head gets has passed the blocks. Each block is a stage.
    """
    if output_stride != 8:
        raise ValueError(f"`output_stride` of encoder narrow must be 8. Received: output_stride={output_stride}.")
    blocks = tuple(
        Block(name, _convolution(name, *shape), stage=name)
        for name, shape in ((f"block_{number}", shape) for number, shape in enumerate(_BLOCKS, start=1))
    )
    return Encoder("narrow", Block("stem", _stem), blocks, stride=8, style=_STYLE)


def _stem(x):
    x = Normalise(dtype="float32", name="stem_normalise")(x)
    return conv_norm(x, "stem_conv", _STEM_CHANNELS, _STYLE, 3, strides=2)


def _convolution(name, channels, stride):
    return lambda x: conv_norm(x, f"{name}_conv", channels, _STYLE, 3, strides=stride)


ENCODERS = {"narrow": narrow_encoder}
