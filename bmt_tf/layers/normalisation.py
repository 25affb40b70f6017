"""The first layer of a network: from pixels 0..255 to what the encoder's weights expect."""

import keras
import tensorflow as tf

_IMAGENET_MEANS_BGR = (103.939, 116.779, 123.68)
MODES = ("minus_one_to_one", "bgr_minus_mean")


@keras.saving.register_keras_serializable(package="bmt_tf")
class Normalise(keras.layers.Layer):
    """Maps RGB images 0..255 to the range that an encoder's weights were trained on.

    Args:
        mode: `"minus_one_to_one"` (x / 127.5 - 1; MobileNetV2 and encoders trained from scratch) or
            `"bgr_minus_mean"` (BGR order, ImageNet means taken off; Keras' ResNet).
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Raises:
        ValueError: `mode` is not one of the two.
    """

    def __init__(self, mode="minus_one_to_one", **kwargs):
        super().__init__(**kwargs)
        if mode not in MODES:
            raise ValueError(f"`mode` must be one of {MODES}. Received: mode={mode!r}.")
        self.mode = mode

    def call(self, images):
        if self.mode == "minus_one_to_one":
            return images / 127.5 - 1.0
        return tf.reverse(images, axis=[-1]) - tf.constant(_IMAGENET_MEANS_BGR, images.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"mode": self.mode}
