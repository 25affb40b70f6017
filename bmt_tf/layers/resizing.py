"""Resizing to the size of another tensor, so that a model takes images of any size."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="bmt_tf")
class ResizeLike(keras.layers.Layer):
    """Resizes feature maps bilinearly (half-pixel centres) to the height and width of a second tensor.

    Called with `x` `[B, h, w, C]` and `like` `[B, H, W, D]`; returns `[B, H, W, C]`. Unlike `UpSampling2D` it takes
    sizes known only at run time, also in a SavedModel.

    Args:
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.
    """

    def call(self, x, like):
        resized = tf.image.resize(x, tf.shape(like)[1:3])
        # The static size, where known, spares later layers a dynamic shape.
        resized.set_shape([None, *like.shape[1:3], x.shape[-1]])
        return tf.cast(resized, x.dtype)

    def compute_output_shape(self, x_shape, like_shape):
        return (x_shape[0], *like_shape[1:3], x_shape[-1])
