"""The one way in which a photograph is brought before a trained network: at its own size, up to the stride.

Evaluation, the features of an affinity, export and prediction all prepare images so, and give the same numbers for the
same image. Training crops them instead.
"""

from collections.abc import Callable

import tensorflow as tf

PIXELS = tf.TensorSpec([None, None, None, 3], tf.float32, name="image")  # images of any size, values 0..255


def at_own_size(
    network: Callable[..., dict[str, tf.Tensor]], stride: int
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns a trained network as a function of images of any size, with dense outputs at that size.

    Args:
        network: A network in inference, float32 images 0..255 `[B, H, W, 3]` -> outputs by task, dense ones
            `[B, H, W, C]`; called with `training=False`.
        stride: The `stride` of its encoder.

    Returns:
        A function from images to outputs by task, of the same forms.
    """

    def outputs_of(images: tf.Tensor) -> dict[str, tf.Tensor]:
        height, width = tf.unstack(tf.shape(images)[1:3])
        outputs = network(mirror_to_multiple(images, stride), training=False)
        return {
            name: output[:, :height, :width] if output.shape.rank == 4 else output for name, output in outputs.items()
        }

    return outputs_of


def traced(function: Callable[[tf.Tensor], dict[str, tf.Tensor]]) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns a function of images as one graph, traced once for all sizes."""
    return tf.function(function, input_signature=[PIXELS], autograph=False)


def mirror_to_multiple(images: tf.Tensor, stride: int) -> tf.Tensor:
    """Returns images `[B, H, W, C]` continued at the bottom and right as in a mirror, to a multiple of the stride.

    They may have fewer pixels than are added.
    """
    for axis in (1, 2):
        if images.shape[axis] is not None and images.shape[axis] % stride == 0:
            continue  # What is known while a graph is made need not be computed in it.
        length = tf.shape(images)[axis]
        # Of numbers that are not negative: ONNX rounds quotients towards zero.
        place = tf.range((length + stride - 1) // stride * stride) % (2 * length)
        images = tf.gather(images, tf.minimum(place, 2 * length - 1 - place), axis=axis)
    return images
