"""An encoder made outside the library: a stem and three small blocks, registered as `small`."""

import keras

from bmt_tf.layers import BatchNorm, Normalise
from bmt_tf.models import Block, Encoder, Style, register_encoder

BLOCKS = ("one", "two", "three")


def _convolution(name, strides):
    def apply(x):
        x = keras.layers.Conv2D(6, 3, strides, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = BatchNorm(name=f"{name}_bn")(x)
        return keras.layers.ReLU(name=f"{name}_relu")(x)

    return apply


def _stem(x):
    return _convolution("stem", 4)(Normalise(name="stem_normalise")(x))


def small_encoder(output_stride=8):
    """Returns the encoder; its stride is always 8."""
    blocks = [Block(name, _convolution(name, 2 if name == "two" else 1)) for name in BLOCKS]
    return Encoder("small", Block("stem", _stem), blocks, low_level="one", stride=8, style=Style(head_channels=8))


register_encoder("small", small_encoder)
