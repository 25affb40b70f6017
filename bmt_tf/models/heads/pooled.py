"""The head of tasks with one label per image: global average pooling and a linear layer."""

import keras

from bmt_tf.models.heads.head import Head, HeadInputs


def _build(inputs: HeadInputs, channels: int) -> keras.KerasTensor:
    """Returns float32 logits `[B, channels]`."""
    x = keras.layers.GlobalAveragePooling2D(name="pool")(inputs.features["features"])
    return keras.layers.Dense(channels, dtype="float32", name="logits")(x)


HEADS = {"pooled": Head(_build, wants=("features",), dense=False)}
