"""Cross-stitch units: every task's features become a learned linear combination of all tasks' features."""

from collections.abc import Mapping

import keras
import tensorflow as tf

from bmt_tf.models.soft_sharing.units import UnitOptions, unit_name


@keras.saving.register_keras_serializable(package="bmt_tf")
class CrossStitch(keras.layers.Layer):
    """Combines the feature maps of T tasks: `y[t] = sum over u of weights[t, u] * x[u]`, all from the old maps.

    Called with a list of T maps `[B, H, W, C]`; returns as many of the same shape and dtype. The weights, and the sums,
    are float32 under mixed precision. There is no bias, no norm and no constraint on the weights.
    Source: Misra et al., Cross-stitch Networks, 2016, sec. 3.3, eq. 1. BMTAS, appendix B, takes one weight per pair of
    tasks, which it finds more stable; the original has one per pair and channel (sec. 5).

    Args:
        own_share: What the diagonal starts from; the other tasks share the rest evenly, so that each row sums to 1.
        per_channel: Whether there is one matrix per channel, `[T, T, C]`, not one for all.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.
    """

    def __init__(self, own_share=0.8, per_channel=False, **kwargs):
        super().__init__(**kwargs)
        self.own_share = own_share
        self.per_channel = per_channel

    def build(self, input_shape):
        tasks, channels = len(input_shape), input_shape[0][-1]
        rest = (1 - self.own_share) / (tasks - 1)
        start = [[self.own_share if u == t else rest for u in range(tasks)] for t in range(tasks)]
        start = tf.constant(start, tf.float32)
        if self.per_channel:
            start = tf.repeat(start[..., None], channels, axis=-1)
        self.weight_matrix = self.add_weight(
            shape=start.shape,
            initializer=lambda shape, dtype=None: tf.cast(start, dtype),
            name="weight_matrix",
            autocast=False,
            dtype="float32",
        )

    def call(self, inputs):
        return list(_combined(self.weight_matrix.value, *inputs))

    def compute_output_shape(self, input_shape):
        return [tuple(shape) for shape in input_shape]

    def multiply_adds(self, *input_shapes):
        """Returns 0: the papers count convolutions and dense layers, not products of a map and a number."""
        return 0

    def get_config(self):
        return super().get_config() | {"own_share": self.own_share, "per_channel": self.per_channel}


def stitch(features: Mapping[str, keras.KerasTensor], site: str, options: UnitOptions) -> dict[str, keras.KerasTensor]:
    """Returns every task's features after the unit of a site."""
    unit = CrossStitch(options.own_share, options.per_channel, name=unit_name(site))
    return dict(zip(features, unit(list(features.values())), strict=True))


@tf.custom_gradient
def _combined(weights, *maps):
    # Explicit products, not a matrix product: on a GPU that could round to TF32, and identity weights would change the
    # maps. The gradient of a weight is one scalar product, which TensorFlow's own gradient makes in two passes.
    wide = [tf.cast(one, tf.float32) for one in maps]
    tasks = range(len(maps))
    outputs = [tf.cast(tf.add_n([weights[t, u] * wide[u] for u in tasks]), maps[0].dtype) for t in tasks]

    def gradient(*upstream):
        above = [tf.cast(one, tf.float32) for one in upstream]
        to_maps = [tf.cast(tf.add_n([weights[t, u] * above[t] for t in tasks]), maps[u].dtype) for u in tasks]
        pairs = [_product(above[t], wide[u], weights.shape.rank == 3) for t in tasks for u in tasks]
        return tf.reshape(tf.stack(pairs), tf.shape(weights)), *to_maps

    return outputs, gradient


def _product(one, other, per_channel):
    if per_channel:
        return tf.reduce_sum(one * other, axis=[0, 1, 2])
    return tf.tensordot(tf.reshape(one, [-1]), tf.reshape(other, [-1]), 1)
