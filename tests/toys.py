"""Toys that tests of several rooms share: small encoders, one of them registered as `small`, and a plain network."""

import keras

from bmt_tf.layers import BatchNorm, Dropout, Normalise, ResizeLike
from bmt_tf.models import (
    Block,
    Encoder,
    Style,
    conv_norm,
    depthwise_norm,
    encoder_from_keras,
    register_encoder,
)
from bmt_tf.models.aspp import raspp_block

STAGED = (("one", "first"), ("two", "second"), ("three", "second"))  # blocks and stages of the staged encoder
BLOCKS = ("one", "two", "three")  # of the small encoder


def small_encoder(output_stride=8):
    """Returns an encoder of plain Keras layers: a stem and three small blocks; its stride is always 8."""
    blocks = [Block(name, _convolution(name, 2 if name == "two" else 1)) for name in BLOCKS]
    return Encoder("small", Block("stem", _stem), blocks, low_level="one", stride=8, style=Style(head_channels=8))


def staged_encoder(output_stride=8):
    """Returns an encoder with two stages: a stem, a stage of one block, one of two that halves the size, an R-ASPP."""
    style = Style(head_channels=8)
    one, two, three = (Block(name, _convolution(name, 2 if name == "two" else 1), stage) for name, stage in STAGED)
    return Encoder("staged", Block("stem", _stem), (one, two, three, raspp_block(style, 8)), "one", 8, style)


def dropping_encoder(output_stride=8):
    """Returns the small encoder with what draws at random in it: Keras' own layers, unnamed, and the package's."""

    def noisy(block, *layers):
        def apply(x):
            x = block.apply(x)
            for layer, rate in layers:
                x = layer(rate)(x)
            return x

        return Block(block.name, apply)

    one, two, three = small_encoder().blocks
    blocks = [one, noisy(two, (keras.layers.Dropout, 0.3)), noisy(three, (keras.layers.Dropout, 0.3), (Dropout, 0.2))]
    return Encoder("dropping", Block("stem", _stem), blocks, low_level="one", stride=8, style=Style(head_channels=8))


def tiny_encoder():
    """Returns an encoder of the package's own steps: blocks `first` (its low level), `second` and `aspp`."""
    style = Style(head_channels=8)
    stem = Block("stem", lambda x: conv_norm(Normalise(name="stem_normalise")(x), "stem_conv", 4, style, 3, strides=4))
    first = Block("first", lambda x: conv_norm(x, "first_conv", 6, style, 3))
    second = Block(
        "second", lambda x: conv_norm(depthwise_norm(x, "second_depthwise", style, strides=2), "second_conv", 8, style)
    )
    return Encoder("tiny", stem, (first, second, raspp_block(style, 8)), "first", 8, style)


def cut_encoder():
    """Returns an encoder cut from a Keras model with a skip: blocks `middle` and `end`; heads branch off the stem."""
    image = keras.Input((None, None, 3))
    start = keras.layers.Conv2D(4, 3, 4, "same", activation="relu", name="start")(image)
    x = keras.layers.DepthwiseConv2D(3, padding="same", name="side")(start)
    middle = keras.layers.Add(name="middle")([start, keras.layers.BatchNormalization(name="norm")(x)])
    end = keras.layers.Conv2D(6, 3, 2, "same", activation="relu", name="end")(middle)
    model = keras.Model(image, end, name="cut")
    cuts = ["start", "middle", "end"]
    return encoder_from_keras(model, cuts, low_level="start", normalise="minus_one_to_one", stride=8)


def plain_network(tasks):
    """Returns a network of stride 4 that no encoder is behind: a stem, a shared block, and a head per task."""
    image = keras.Input((None, None, 3), name="image", dtype="float32")
    x = keras.layers.Conv2D(4, 3, 2, "same", activation="relu", name="stem")(Normalise()(image))
    x = keras.layers.Conv2D(6, 3, 2, "same", activation="relu", name="block")(x)
    outputs = {}
    for task in tasks:
        if task.kind.dense:
            logits = keras.layers.Conv2D(task.channels, 3, padding="same", name=f"head_{task.name}")(x)
            outputs[task.name] = ResizeLike(name=f"resize_{task.name}")(logits, image)
        else:
            pooled = keras.layers.GlobalAveragePooling2D(name=f"pool_{task.name}")(x)
            outputs[task.name] = keras.layers.Dense(task.channels, name=f"head_{task.name}")(pooled)
    return keras.Model(image, outputs, name="branched")


def _convolution(name, strides):
    def apply(x):
        x = keras.layers.Conv2D(6, 3, strides, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = BatchNorm(name=f"{name}_bn")(x)
        return keras.layers.ReLU(name=f"{name}_relu")(x)

    return apply


def _stem(x):
    return _convolution("stem", 4)(Normalise(name="stem_normalise")(x))


register_encoder("small", small_encoder)
register_encoder("dropping", dropping_encoder)
register_encoder("staged", staged_encoder)
