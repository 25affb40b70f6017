"""The one step that every block is made of: convolution, batch norm, activation."""

import dataclasses

import keras

from bmt_tf.layers import BatchNorm, Conv2D

# Keras counts all channels into the fan-in of a depthwise kernel and would start it C times too small, which, before a
# batch norm, means steps that are C times too long.
DEPTHWISE_INITIALIZER = keras.initializers.RandomNormal(stddev=(2 / 9) ** 0.5)


@dataclasses.dataclass(frozen=True)
class Style:
    """What the layers of one family of encoders have in common; ASPP and heads follow it too.

    Args:
        epsilon: Epsilon of the batch norms: that of the pretrained weights' source.
        relu_limit: Upper limit of the activations (6 for ReLU6), None for plain ReLU.
        separable: Whether the heads use depthwise separable convolutions.
        head_channels: Width of the DeepLabv3+ head.
    """

    epsilon: float = 1e-3
    relu_limit: float | None = 6.0
    separable: bool = True
    head_channels: int = 128


def conv_norm(
    x, name, filters, style, kernel_size=1, *, strides=1, dilation=1, padding="same", use_bias=False, activate=True
):
    """Returns `x` after convolution, batch norm and activation, layers `<name>`, `<name>_bn` and `<name>_relu`.

    Args:
        x: KerasTensor `[B, H, W, C]`.
        name: Name of the convolution.
        filters: Output channels.
        style: The `Style` that gives epsilon and activation.
        kernel_size: Height and width of the kernel.
        strides: Stride.
        dilation: Dilation rate.
        padding: `"same"` or `"valid"`.
        use_bias: Whether the convolution has a bias (only where pretrained weights have one: batch norm undoes it).
        activate: False leaves the activation out.

    Returns:
        KerasTensor `[B, H / strides, W / strides, filters]`, sizes rounded up with `"same"`.
    """
    x = Conv2D(
        filters,
        kernel_size,
        strides=strides,
        dilation_rate=dilation,
        padding=padding,
        use_bias=use_bias,
        kernel_initializer="he_normal",
        name=name,
    )(x)
    return norm(x, name, style, activate)


def depthwise_norm(x, name, style, *, strides=1, dilation=1):
    """Returns `x` after a 3x3 depthwise convolution, batch norm and activation, named as in `conv_norm`.

    Args:
        x: KerasTensor `[B, H, W, C]`.
        name: Name of the convolution.
        style: The `Style` that gives epsilon and activation.
        strides: Stride.
        dilation: Dilation rate.

    Returns:
        KerasTensor `[B, H / strides, W / strides, C]`, sizes rounded up.
    """
    x = keras.layers.DepthwiseConv2D(
        3,
        strides=strides,
        dilation_rate=dilation,
        padding="same",
        use_bias=False,
        depthwise_initializer=DEPTHWISE_INITIALIZER.clone(),
        name=name,
    )(x)
    return norm(x, name, style)


def transposed_norm(x, name, filters, style):
    """Returns `x` after a transposed 3x3 convolution of stride 2, batch norm and activation, named as in `conv_norm`.

    Args:
        x: KerasTensor `[B, H, W, C]`.
        name: Name of the convolution.
        filters: Output channels.
        style: The `Style` that gives epsilon and activation.

    Returns:
        KerasTensor `[B, 2 H, 2 W, filters]`.
    """
    x = keras.layers.Conv2DTranspose(
        filters, 3, strides=2, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )(x)
    return norm(x, name, style)


def relu(x, name, style):
    """Returns `x` after the activation of a style."""
    return keras.layers.ReLU(max_value=style.relu_limit, name=name)(x)


def norm(x, name, style, activate=True):
    """Returns `x` after batch norm and, unless `activate` is False, the activation of a style."""
    x = BatchNorm(epsilon=style.epsilon, name=f"{name}_bn")(x)
    return relu(x, f"{name}_relu", style) if activate else x
