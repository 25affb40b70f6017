"""Samples of a categorical distribution that gradients pass through."""

import tensorflow as tf


def gumbel_softmax(logits: tf.Tensor, temperature: tf.Tensor, seed: tf.Tensor, hard: bool = False) -> tf.Tensor:
    """Returns one relaxed sample of a categorical distribution over the last axis, for every place of the other axes.

    The noise depends on the seed and the shape alone: every replica of a strategy draws the same.
    Source: BMTAS, sec. 3.2, eq. 2; Jang et al. 2017 and Maddison et al. 2017, who call it the concrete distribution.

    Args:
        logits: Float32 or float64 `[..., J]`, unnormalised log-probabilities.
        temperature: Scalar above 0. Large: samples near 1/J everywhere; small: near one-hot.
        seed: int `[2]`.
        hard: True: the samples are one-hot, with the gradient of the soft ones (straight-through).

    Returns:
        Like `logits`, at least 0, sums of 1 over the last axis.
    """
    logits = tf.convert_to_tensor(logits)
    scores = logits + gumbel_noise(tf.shape(logits), seed, logits.dtype)
    # Differences first, so that a tiny temperature gives exp(-inf) = 0 and never inf - inf.
    scores -= tf.stop_gradient(tf.reduce_max(scores, axis=-1, keepdims=True))
    soft = tf.nn.softmax(scores / tf.cast(temperature, logits.dtype))
    if not hard:
        return soft
    chosen = tf.one_hot(tf.argmax(soft, axis=-1), tf.shape(logits)[-1], dtype=logits.dtype)
    return chosen + (soft - tf.stop_gradient(soft))


def gumbel_noise(shape: tf.Tensor, seed: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Returns standard Gumbel noise, all finite; a score plus such noise is largest at j with j's probability."""
    # From above 0 to below 1, so that neither logarithm is infinite.
    uniform = tf.random.stateless_uniform(shape, seed, minval=dtype.as_numpy_dtype(1e-30), maxval=1.0, dtype=dtype)
    return -tf.math.log(-tf.math.log(uniform))
