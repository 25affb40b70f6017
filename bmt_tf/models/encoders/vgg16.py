"""VGG-16, and its thin forms, as lists of blocks: one convolution each, of which any may be shared or not."""

import functools

import keras

from bmt_tf.layers import AdaptiveAveragePooling2D, BatchNorm, Conv2D, Normalise
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style, relu
from bmt_tf.models.encoder import Converted, Encoder
from bmt_tf.models.vgg16_weights import EPSILON, converted_weights

_STYLE = Style(epsilon=EPSILON, relu_limit=None, separable=False, head_channels=256)
_MOMENTUM = 0.95
# Width and number of the convolutions of each stage, which ends in max-pooling; then the width of fc6 and fc7.
# Source: Simonyan and Zisserman, Very Deep Convolutional Networks, 2015, table 1, column D.
_STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
_DENSE_WIDTH = 4096
_DENSE_SIDE = 7  # height and width of the map that fc6 is over


def vgg16_encoder(output_stride: int = 32, whole_image: bool = True) -> Encoder:
    """Returns VGG-16 with batch norm: blocks `conv1_1`..`conv5_3`, `fc6` and `fc7`; the stem has no weights.

    As in the published code every layer has a bias, then batch norm without scale and shift. Images are BGR without
    their means, as the weights of `keras.applications` ask for. Options as for `thin_vgg16_encoder`.
    """
    return _encoder("vgg16", [width for width, _ in _STAGES], _DENSE_WIDTH, output_stride, whole_image)


def thin_vgg16_encoder(omega: float, output_stride: int = 32, whole_image: bool = True) -> Encoder:
    """Returns VGG-16 with at most `omega` channels per convolution, and twice as many in `fc6` and `fc7`.

    `fc6` is over the whole last map, brought to 7 x 7 by averaging, and its features are 1 x 1. In the papers images
    are 224 x 224, and the map has that size; smaller maps are repeated (one of 2 x 2, as of images of 64 x 64),
    larger ones averaged, so that the network is the same for images of any size. Without `whole_image` it ends in
    `conv5_3`, with one feature for every `output_stride` pixels, as tasks with a label per pixel need. An
    `output_stride` of 16 leaves the last pooling without stride.

    A block says how many copies of it are as wide as that of VGG-16; the published trees have no more.

    Source: Lu et al., Fully-adaptive Feature Sharing, CVPR 2017, and its published code; BMN, appendix C.
    """
    if omega < 1 or omega != int(omega):
        raise ValueError(f"`omega` must be a whole number of channels, at least 1. Received: omega={omega}.")
    widths = [min(int(omega), width) for width, _ in _STAGES]
    dense = min(2 * int(omega), _DENSE_WIDTH)
    return _encoder(f"thin_vgg16_{omega:g}", widths, dense, output_stride, whole_image)


def _encoder(name, widths, dense, output_stride, whole_image):
    if output_stride not in (16, 32):
        raise ValueError(
            f"`output_stride` of encoder {name} must be 16 or 32. Received: output_stride={output_stride}."
        )
    thin, blocks = name != "vgg16", []
    for stage, (width, (full, count)) in enumerate(zip(widths, _STAGES, strict=True), start=1):
        for number in range(1, count + 1):
            pool_stride = None if number < count else output_stride // 16 if stage == 5 else 2
            block, copies = f"conv{stage}_{number}", full // width if thin else None
            blocks.append(Block(block, _convolution(block, width, pool_stride), f"stage{stage}", copies=copies))
    if whole_image:
        copies = _DENSE_WIDTH // dense if thin else None
        blocks.append(Block("fc6", functools.partial(_whole_map, filters=dense), "stage6", copies=copies))
        blocks.append(Block("fc7", lambda x: _layer(x, "fc7", dense, 1), "stage6", copies=copies))
    shape = {block.name: width for block, width in zip(blocks, _widths(widths, dense), strict=False)}
    pretrained = Converted(functools.partial(converted_weights, shape))
    return Encoder(name, Block("stem", _stem), tuple(blocks), None, output_stride, _STYLE, pretrained)


def _widths(widths, dense):
    return [width for width, (_, count) in zip(widths, _STAGES, strict=True) for _ in range(count)] + [dense, dense]


def _stem(x):
    return Normalise("bgr_minus_mean", dtype="float32", name="stem_normalise")(x)


def _convolution(name, filters, pool_stride):
    def apply(x):
        x = _layer(x, name, filters, 3)
        if pool_stride is None:
            return x
        return keras.layers.MaxPooling2D(2, pool_stride, padding="same", name=f"{name}_pool")(x)

    return apply


def _whole_map(x, filters):
    x = AdaptiveAveragePooling2D(_DENSE_SIDE, name="fc6_pool")(x)
    return _layer(x, "fc6", filters, _DENSE_SIDE, padding="valid")


def _layer(x, name, filters, kernel_size, padding="same"):
    """Returns `x` after a convolution with bias, plain batch norm and the activation.

    The bias does nothing in training; it is there to be counted as in the papers, and for what is folded into it.
    """
    x = Conv2D(filters, kernel_size, padding=padding, kernel_initializer="he_normal", name=f"{name}_conv")(x)
    norm = BatchNorm(_STYLE.epsilon, _MOMENTUM, center=False, scale=False, name=f"{name}_conv_bn")
    return relu(norm(x), f"{name}_conv_relu", _STYLE)


ENCODERS = {"vgg16": vgg16_encoder, "thin_vgg16_<omega>": thin_vgg16_encoder}
