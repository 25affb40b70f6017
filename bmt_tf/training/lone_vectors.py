"""Says where a batch is too small for batch norm to see anything but one vector, which trains to nothing in silence."""

import keras
import tensorflow as tf
from absl import logging

from bmt_tf.layers import BatchNorm
from bmt_tf.models.blocks import flat_layers


def warn_of_lone_vectors(model: keras.Model, batch_size: int, strategy: tf.distribute.Strategy) -> None:
    """Warns of each batch norm that sees a single vector: its output is its shift, whatever the image.

    That is so behind global pooling, as in the (R-)ASPP or in a head, for a batch of one image; for a norm that does
    not join the replicas' moments, as Keras' own by default, for one image per replica.

    Args:
        model: The network.
        batch_size: Images per update, over all replicas together.
        strategy: The strategy it is trained by.
    """
    per_replica = batch_size // strategy.num_replicas_in_sync
    lone = [
        f"{layer.name} of {node.name}"
        for node in model.layers
        if isinstance(node, keras.Model)
        for layer in flat_layers(node)
        if _sees_one_vector(layer, batch_size, per_replica)
    ]
    if lone:
        logging.warning(
            "`batch_size` must be larger for %s to learn anything: batch norm sees one vector there, and takes it all "
            "away. Received: batch_size=%d on %d replicas.",
            ", ".join(lone),
            batch_size,
            strategy.num_replicas_in_sync,
        )


def _sees_one_vector(layer, batch_size, per_replica):
    if isinstance(layer, BatchNorm):
        images = batch_size
    elif isinstance(layer, keras.layers.BatchNormalization):
        images = batch_size if layer.synchronized else per_replica
    else:
        return False
    pooled = all(side == 1 for side in layer.input.shape[1:-1])
    return images == 1 and pooled and layer.trainable
