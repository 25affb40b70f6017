"""Dropout that is the same for any number of replicas, and the state of everything that draws at random in a model."""

import random
from collections.abc import Sequence

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="bmt_tf")
class Dropout(keras.layers.Layer):
    """Sets a share of the elements to zero in training, and scales the others up so that the mean stays.

    The mask depends on the seed, on how often the layer has drawn, and on the image's place in the global batch, so
    that one and several replicas draw the same. A layer without a seed takes one from Python's generator, as Keras'
    own does. The state lies in a `keras.random.SeedGenerator`, to be saved with the checkpoint; see `random_states`.

    Args:
        rate: Share of the elements that are set to zero, at least 0 and below 1.
        seed: Seed of the masks.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Raises:
        ValueError: `rate` is out of range.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` must be at least 0 and below 1. Received: rate={rate}.")
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(_drawn_seed() if seed is None else seed)

    def call(self, inputs, training=None):
        if not training or self.rate == 0:
            return inputs
        inputs = tf.convert_to_tensor(inputs)
        first, images = _place_in_global_batch(tf.shape(inputs)[0])
        shape = tf.concat([[images], tf.shape(inputs)[1:]], axis=0)
        draws = tf.random.stateless_uniform(shape, tf.cast(self.seed_generator.next(), tf.int64))
        kept = draws[first : first + tf.shape(inputs)[0]] >= self.rate
        return tf.where(kept, inputs / (1 - self.rate), tf.zeros([], inputs.dtype))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"rate": self.rate, "seed": self.seed}


def _drawn_seed() -> int:
    # Python's generator is left as it was: with dropout or without, a network starts from the same weights.
    state = random.getstate()
    seed = random.randrange(2**31)
    random.setstate(state)
    return seed


def random_states(layer: keras.layers.Layer) -> list[keras.Variable]:
    """Returns the states of what draws at random in a layer or model, in order.

    They are those of the `keras.random.SeedGenerator` in each dropout or noise layer, be it ours, Keras' or the user's,
    which neither `weights` nor a checkpoint of the model holds.

    Args:
        layer: The layer or model.

    Returns:
        Variables int64 `[2]`: a seed, and how often it was drawn from.
    """
    weights = {id(variable) for variable in layer.weights}
    return [variable for variable in layer.variables if id(variable) not in weights]


def assign_random_states(layer: keras.layers.Layer, values: Sequence[tf.Tensor]) -> None:
    """Lets a stateless call have drawn: assigns the random states, and nothing else, that it returned.

    Args:
        layer: The layer or model that was called.
        values: What `stateless_call` returned for its `non_trainable_variables`.
    """
    drawn = {id(variable) for variable in random_states(layer)}
    for variable, value in zip(layer.non_trainable_variables, values, strict=True):
        if id(variable) in drawn:
            variable.assign(value)


def _place_in_global_batch(images):
    """Returns the place of a replica's first image in the global batch, and the number of images there."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 0, images
    replicas, replica = context.num_replicas_in_sync, context.replica_id_in_sync_group
    counts = context.all_reduce(tf.distribute.ReduceOp.SUM, tf.one_hot(replica, replicas, dtype=tf.int32) * images)
    return tf.reduce_sum(tf.where(tf.range(replicas) < replica, counts, 0)), tf.reduce_sum(counts)
