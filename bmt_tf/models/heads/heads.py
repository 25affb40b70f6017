"""Heads: from features to the outputs of one task, in float32 and at the size of the image."""

import keras

from bmt_tf.layers import ResizeLike
from bmt_tf.models.convolutions import conv_norm, depthwise_norm

_LOW_LEVEL_CHANNELS = 48


def deeplab_head(features, low_level, image, channels, style):
    """Returns dense logits by the DeepLabv3+ decoder.

    Separable 3x3 convolutions if `style.separable`, dense ones otherwise. Without low-level features the decoder works
    on the features alone.

    Source: Chen et al., Encoder-Decoder with Atrous Separable Convolution, 2018, sec. 3.1.

    Args:
        features: KerasTensor `[B, h, w, C]`, output of the last block.
        low_level: KerasTensor `[B, h', w', C']`, or None.
        image: KerasTensor `[B, H, W, 3]`; only its size is used.
        channels: Output channels of the task.
        style: The encoder's `Style`.

    Returns:
        KerasTensor float32 `[B, H, W, channels]`.
    """
    x = features
    if low_level is not None:
        low_level = conv_norm(low_level, "reduce", _LOW_LEVEL_CHANNELS, style)
        x = ResizeLike(name="features_resize")(x, low_level)
        x = keras.layers.Concatenate(name="concat")([low_level, x])
    for step in ("fuse1", "fuse2"):
        if style.separable:
            x = depthwise_norm(x, f"{step}_depthwise", style)
            x = conv_norm(x, f"{step}_pointwise", style.head_channels, style)
        else:
            x = conv_norm(x, step, style.head_channels, style, 3)
    x = keras.layers.Conv2D(channels, 1, dtype="float32", name="logits")(x)
    return ResizeLike(dtype="float32", name="resize")(x, image)


def pooled_head(features, low_level, image, channels, style):
    """Returns one vector of logits per image: global average pooling and a linear layer.

    Args:
        features: KerasTensor `[B, h, w, C]`, output of the last block.
        low_level: Not used.
        image: Not used.
        channels: Output channels of the task.
        style: Not used.

    Returns:
        KerasTensor float32 `[B, channels]`.
    """
    del low_level, image, style
    x = keras.layers.GlobalAveragePooling2D(name="pool")(features)
    return keras.layers.Dense(channels, dtype="float32", name="logits")(x)


_HEADS = {"deeplab": deeplab_head, "pooled": pooled_head}


def register_head(name: str, builder) -> None:
    """Makes a head available as `Task.head`.

    Args:
        name: Name of the head; an existing one is replaced.
        builder: A function `(features, low_level, image, channels, style)` as `deeplab_head`.
    """
    _HEADS[name] = builder


def head_names() -> tuple[str, ...]:
    """Returns the names that `Task.head` may have.

    Returns:
        Names, sorted.
    """
    return tuple(sorted(_HEADS))


def head_model(task, style, channels: int, low_level_channels: int | None = None) -> keras.Model:
    """Returns the head of a task as a model of its own.

    Args:
        task: The `Task`; its name, head and channels are used.
        style: The encoder's `Style`.
        channels: Channels of the features.
        low_level_channels: Channels of the low-level features, None if there are none.

    Returns:
        A functional model `head_<task>` of `[features, low_level, image]` (`[features, image]` without low level).

    Raises:
        ValueError: The task's head is unknown, or its output is not float32 with the task's channels.
    """
    if task.head not in _HEADS:
        raise ValueError(f"`head` of task {task.name} must be one of {head_names()}. Received: head={task.head!r}.")
    dtype = keras.config.dtype_policy().compute_dtype
    features = keras.Input((None, None, channels), name="features", dtype=dtype)
    image = keras.Input((None, None, 3), name="image", dtype="float32")
    low_level = None
    if low_level_channels is not None:
        low_level = keras.Input((None, None, low_level_channels), name="low_level", dtype=dtype)
    outputs = _HEADS[task.head](features, low_level, image, task.channels, style)
    if outputs.dtype != "float32" or outputs.shape[-1] != task.channels:
        raise ValueError(
            f"head {task.head!r} of task {task.name} must return {task.channels} channels in float32 (its last layer: "
            f"dtype='float32'). Received: {outputs.dtype} {outputs.shape}."
        )
    inputs = [features, image] if low_level is None else [features, low_level, image]
    return keras.Model(inputs, outputs, name=f"head_{task.name}")
