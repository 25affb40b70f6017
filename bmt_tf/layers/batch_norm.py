"""Batch normalisation with TensorFlow's fused kernel on one replica and shared moments on several."""

import keras
import tensorflow as tf

_FUSED_DTYPES = (tf.float32, tf.bfloat16, tf.float16)
_SMALLEST_EPSILON = 1.001e-5  # The fused kernel raises smaller ones to this.


@keras.saving.register_keras_serializable(package="bmt_tf")
class BatchNorm(keras.layers.Layer):
    """Normalises each channel by the batch's moments in training, by the moving ones otherwise.

    The numbers are those of `keras.layers.BatchNormalization(synchronized=True)`, for any number of replicas: moments
    are those of the global batch and the moving variance is the biased one. On one replica the fused kernel does
    the work, which halves the training step of MobileNetV2 on a CPU. With `trainable=False` the moving moments are
    used in training as well, as in Keras.

    Args:
        epsilon: Small number added to the variance, at least 1.001e-5 (the fused kernel's smallest).
        momentum: Share of the old value that a moving moment keeps in each training step.
        center: Whether there is a learned shift (beta).
        scale: Whether there is a learned scale (gamma).
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Raises:
        ValueError: `epsilon` or `momentum` is out of range.
    """

    def __init__(self, epsilon=1e-3, momentum=0.9, center=True, scale=True, **kwargs):
        super().__init__(**kwargs)
        if epsilon < _SMALLEST_EPSILON:
            raise ValueError(f"`epsilon` must be at least {_SMALLEST_EPSILON}. Received: epsilon={epsilon}.")
        if not 0 <= momentum <= 1:
            raise ValueError(f"`momentum` must lie in [0, 1]. Received: momentum={momentum}.")
        self.epsilon = epsilon
        self.momentum = momentum
        self.center = center
        self.scale = scale

    def build(self, input_shape):
        def weight(name, initializer, trainable=True):
            shape = (input_shape[-1],)
            return self.add_weight(
                shape=shape, name=name, initializer=initializer, trainable=trainable, autocast=False, dtype="float32"
            )

        self.gamma = weight("gamma", "ones") if self.scale else None
        self.beta = weight("beta", "zeros") if self.center else None
        self.moving_mean = weight("moving_mean", "zeros", trainable=False)
        self.moving_variance = weight("moving_variance", "ones", trainable=False)

    def call(self, inputs, training=None):
        inputs = tf.convert_to_tensor(inputs)
        gamma = None if self.gamma is None else self.gamma.value
        beta = None if self.beta is None else self.beta.value
        if not (training and self.trainable):
            moments = self.moving_mean.value, self.moving_variance.value
            return _normalise_by_given(inputs, gamma, beta, *moments, self.epsilon)
        moving = self.moving_mean, self.moving_variance
        outputs, *moments = normalise_batch(
            inputs, gamma, beta, self.epsilon, [variable.value for variable in moving], self.momentum
        )
        for variable, value in zip(moving, moments, strict=True):
            variable.assign(value)
        return outputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"epsilon": self.epsilon, "momentum": self.momentum, "center": self.center, "scale": self.scale}
        return super().get_config() | own


def normalise_batch(inputs, gamma, beta, epsilon: float, moving=None, momentum: float = 0.0):
    """Returns a batch normalised by its own moments, and the moving moments after it.

    Inside `strategy.run` on several replicas the moments are those of the global batch.

    Args:
        inputs: Floating-point tensor `[..., C]`; half precision is normalised in float32 inside.
        gamma: float32 scale `[C]`, or None for 1.
        beta: float32 shift `[C]`, or None for 0.
        epsilon: Small number added to the variance.
        moving: Moving mean and biased moving variance before the batch, float32 `[C]`; None where there are none yet.
        momentum: Share of them that is kept.

    Returns:
        Outputs (shape and dtype of `inputs`), moving mean float32 `[C]`, biased moving variance float32 `[C]`: the
        moments of the batch itself where there were none before.
    """
    context = tf.distribute.get_replica_context()
    replicas = 1 if context is None else context.num_replicas_in_sync
    if replicas == 1 and _fusable(inputs):
        return _fused(inputs, gamma, beta, epsilon, moving, momentum)
    wide = tf.cast(inputs, tf.float64 if inputs.dtype == tf.float64 else tf.float32)
    mean, variance = tf.nn.moments(wide, list(range(wide.shape.rank - 1)))
    if replicas > 1:
        mean, variance = _global_moments(context, mean, variance, tf.reduce_prod(tf.shape(wide)[:-1]))
    outputs = tf.nn.batch_normalization(wide, mean, variance, *_as_dtype(wide.dtype, beta, gamma), epsilon)
    moments = _as_dtype(tf.float32, mean, variance)
    if moving is not None:
        moments = [old * momentum + new * (1 - momentum) for old, new in zip(moving, moments, strict=True)]
    return tf.cast(outputs, inputs.dtype), *moments


def _fused(inputs, gamma, beta, epsilon, moving, momentum):
    """Returns what the kernel does in one operation, which averages the moments too.

    Its moving variance is the unbiased one, N / (N - 1) times ours.
    """
    ratio = _biased_per_unbiased(inputs)
    before = {}
    if moving is not None:
        mean, variance = moving
        before = {"mean": mean, "variance": variance / ratio, "exponential_avg_factor": 1 - momentum}
    outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
        inputs, *_scale_and_shift(inputs, gamma, beta), **before, epsilon=epsilon, is_training=True
    )
    return outputs, mean, variance * ratio


def _normalise_by_given(inputs, gamma, beta, mean, variance, epsilon):
    if _fusable(inputs):
        gamma, beta = _scale_and_shift(inputs, gamma, beta)
        return tf.compat.v1.nn.fused_batch_norm(
            inputs, gamma, beta, mean, variance, epsilon=epsilon, is_training=False
        )[0]
    wide = tf.cast(inputs, tf.float64 if inputs.dtype == tf.float64 else tf.float32)
    outputs = tf.nn.batch_normalization(wide, *_as_dtype(wide.dtype, mean, variance, beta, gamma), epsilon)
    return tf.cast(outputs, inputs.dtype)


def _global_moments(context, mean, variance, count):
    """Joins the replicas' moments in one all-reduce, in float64 so that large means lose no digits."""
    dtype = mean.dtype
    mean, variance, count = (tf.cast(value, tf.float64) for value in (mean, variance, count))
    sums = tf.concat([count * mean, count * (variance + tf.square(mean)), [count]], axis=0)
    sums = context.all_reduce(tf.distribute.ReduceOp.SUM, sums)
    mean, square = tf.split(sums[:-1] / sums[-1], 2)
    return _as_dtype(dtype, mean, square - tf.square(mean))


def _fusable(inputs):
    return inputs.shape.rank == 4 and inputs.dtype in _FUSED_DTYPES


def _biased_per_unbiased(inputs):
    """Returns (N - 1) / N for the N elements of a channel; 1 if there is but one, as in the kernel."""
    elements = inputs.shape[:-1].num_elements()
    if elements is None:
        elements = tf.cast(tf.size(inputs), tf.float32) / inputs.shape[-1]
        return tf.maximum(elements - 1, 1) / elements
    return max(elements - 1, 1) / elements


def _scale_and_shift(inputs, gamma, beta):
    channels = inputs.shape[-1]
    return tf.ones([channels]) if gamma is None else gamma, tf.zeros([channels]) if beta is None else beta


def _as_dtype(dtype, *values):
    return tuple(None if value is None else tf.cast(value, dtype) for value in values)
