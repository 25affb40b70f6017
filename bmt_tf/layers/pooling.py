"""Pooling to a fixed number of places, of maps of any size."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="bmt_tf")
class AdaptiveAveragePooling2D(keras.layers.Layer):
    """Averages a map `[B, H, W, C]` to `[B, bins, bins, C]`, whatever its size.

    Bin `i` of `bins` holds the rows from `floor(i H / bins)` to before `ceil((i + 1) H / bins)`, and the columns
    likewise, so that bins overlap where the size is no multiple, and repeat rows where there are fewer of them than
    bins. Rows and columns are averaged by one matrix each, which depends on the size alone.

    Args:
        bins: Number of bins in height and in width.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Raises:
        ValueError: `bins` is not positive.
    """

    def __init__(self, bins, **kwargs):
        super().__init__(**kwargs)
        if bins < 1:
            raise ValueError(f"`bins` must be at least 1. Received: bins={bins}.")
        self.bins = bins

    def call(self, inputs):
        x = tf.cast(inputs, tf.float32)  # Sums of many elements.
        height, width = tf.unstack(tf.shape(x)[1:3])
        channels, bins = x.shape[-1], self.bins
        rows = tf.matmul(_shares(height, bins), tf.reshape(x, [-1, height, width * channels]))
        pooled = tf.matmul(_shares(width, bins), tf.reshape(rows, [-1, width, channels]))
        return tf.cast(tf.reshape(pooled, [-1, bins, bins, channels]), inputs.dtype)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.bins, self.bins, input_shape[-1])

    def get_config(self):
        return super().get_config() | {"bins": self.bins}


def _shares(length, bins):
    """Returns the share of each of `length` places in the mean of each bin, float32 `[bins, length]`."""
    number, place = tf.range(bins)[:, None], tf.range(length)[None]
    inside = (place >= number * length // bins) & (place < -(-(number + 1) * length // bins))
    inside = tf.cast(inside, tf.float32)
    return inside / tf.reduce_sum(inside, axis=1, keepdims=True)
