"""From a head's outputs to predictions in the form of the labels."""

from bmt_tf.tasks.lazy_tensorflow import tf

# The shortest vector that still has a direction.
SHORTEST_VECTOR = 1e-6


def unit_vectors(vectors: "tf.Tensor") -> "tf.Tensor":
    """Returns vectors scaled to length one.

    Args:
        vectors: float32 `[..., 3]`.

    Returns:
        float32 `[..., 3]`. Vectors shorter than `SHORTEST_VECTOR` become shorter than one; zero stays zero, with a
        finite gradient.
    """
    return tf.math.l2_normalize(vectors, axis=-1, epsilon=SHORTEST_VECTOR**2)


# Activation of a label kind -> function from outputs to prediction.
DECODERS = {
    "argmax": lambda outputs: tf.cast(tf.argmax(outputs, axis=-1, output_type=tf.int32), tf.uint8)[..., None],
    "sigmoid": lambda outputs: tf.sigmoid(outputs),
    "relu": lambda outputs: tf.nn.relu(outputs),
    "unit": unit_vectors,
    "softmax": lambda outputs: tf.nn.softmax(outputs),
}
