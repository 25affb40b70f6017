"""Convolutions whose dilation does not go through rearranged batches, as it does in Keras' own layers."""

import functools
import itertools

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="bmt_tf")
class Conv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D`, whose dilation is that of `tf.nn.conv2d`.

    Keras' layer moves the places that a dilated kernel sees together into batches of their own and back, which takes
    most of the time of a training step on a CPU. Arguments, weights, their names and, up to rounding, outputs are those
    of Keras' layer. Even kernels, groups and padding other than `"same"` are left to it, and so are depthwise
    convolutions: TensorFlow's own dilation of these is missing without oneDNN and, with it, computes wrong numbers
    (2.21).
    """

    def convolution_op(self, inputs, kernel):
        """Returns the convolution alone; Keras' `call` adds bias and activation.

        Args:
            inputs: Map `[B, H, W, C]`.
            kernel: Kernel `[h, w, C, F]`.

        Returns:
            Map `[B, H, W, F]`, smaller with strides or without padding.
        """
        own = (
            max(self.dilation_rate) > 1
            and self.padding == "same"
            and self.groups == 1
            and self.data_format == "channels_last"
            and all(size % 2 for size in self.kernel_size)
        )
        if not own:
            return super().convolution_op(inputs, kernel)
        # Keras gives the variable itself, in the dtype of the policy.
        inputs, kernel = (tf.convert_to_tensor(keras.ops.convert_to_tensor(value)) for value in (inputs, kernel))
        return dilated_convolution(inputs, kernel, tuple(self.dilation_rate))


def dilated_convolution(x: tf.Tensor, kernel: tf.Tensor, rates: tuple[int, int]) -> tf.Tensor:
    """Returns the convolution of a map with a dilated kernel, zeros around it, at the size of the map.

    Taps of the kernel that cannot meet a map, since they lie farther from its middle than the map is wide, are left
    out. Where `tf.nn.conv2d` has no gradient with a dilation (on a CPU without oneDNN), which is found by trying once,
    the gradient is put together from operations that every device has.

    Args:
        x: Floating-point map `[B, H, W, C]`, of any size.
        kernel: Kernel `[h, w, C, F]` of the same dtype, h and w odd.
        rates: Dilation of rows and columns.

    Returns:
        Map `[B, H, W, F]`.
    """
    kernel, rates = _meeting_taps(x, kernel, rates)
    if max(rates) == 1 or _has_gradient(x.device, x.dtype, tf.config.functions_run_eagerly()):
        return _convolve(x, kernel, rates)

    @tf.custom_gradient
    def convolve(x, kernel):
        def gradients(upstream):
            turned = tf.transpose(kernel[::-1, ::-1], [0, 1, 3, 2])
            return _convolve(upstream, turned, rates), _kernel_gradient(x, kernel, upstream, rates)

        return _convolve(x, kernel, rates), gradients

    return convolve(x, kernel)


def _convolve(x, kernel, rates):
    return tf.nn.conv2d(x, kernel, 1, "SAME", dilations=rates)


def _meeting_taps(x, kernel, rates):
    """Returns a kernel without the taps that cannot meet a map, as far as its size is known, and its dilation."""
    kept, left = [], []
    for taps, size, rate in zip(kernel.shape[:2], x.shape[1:3], rates, strict=True):
        middle = taps // 2
        reach = middle if size is None else min(middle, max(size - 1, 0) // rate)
        kept.append(slice(middle - reach, middle + reach + 1))
        left.append(rate if reach else 1)
    whole = all(part == slice(0, taps) for part, taps in zip(kept, kernel.shape[:2], strict=True))
    return kernel if whole else kernel[tuple(kept)], tuple(left)


@functools.cache
def _has_gradient(device: str, dtype: tf.DType, step_by_step: bool) -> bool:
    """Returns whether `tf.nn.conv2d` with a dilation can be differentiated there, tried on a map of a few pixels."""
    form = {"strides": [1, 1, 1, 1], "padding": "SAME", "dilations": [1, 2, 2, 1]}

    @tf.function(autograph=False)  # which has other kernels than what is computed step by step
    def run(x, kernel):
        return (
            tf.raw_ops.Conv2DBackpropInput(input_sizes=x.shape, filter=kernel, out_backprop=x, **form),
            tf.raw_ops.Conv2DBackpropFilter(input=x, filter_sizes=kernel.shape, out_backprop=x, **form),
        )

    with tf.init_scope(), tf.device(device or None):
        try:
            run(tf.ones([1, 5, 5, 2], dtype), tf.ones([3, 3, 2, 2], dtype))
        except tf.errors.OpError:
            return False
    return True


def _kernel_gradient(x, kernel, upstream, rates):
    """One product of matrices per tap, over the places at which the tap meets the map."""
    products = []
    for place in itertools.product(*(range(taps) for taps in kernel.shape[:2])):
        seen, seeing = [slice(None)], [slice(None)]
        for axis, (tap, rate) in enumerate(zip(place, rates, strict=True)):
            step = (tap - kernel.shape[axis] // 2) * rate
            size = tf.shape(x)[axis + 1] if x.shape[axis + 1] is None else x.shape[axis + 1]
            length = tf.maximum(size - abs(step), 0) if tf.is_tensor(size) else max(size - abs(step), 0)
            for places, start in ((seen, max(step, 0)), (seeing, max(-step, 0))):
                places.append(slice(start, start + length))
        pairs = ((x, seen), (upstream, seeing))
        rows = (tf.reshape(values[tuple(places)], [-1, values.shape[-1]]) for values, places in pairs)
        products.append(tf.matmul(*rows, transpose_a=True))
    return tf.reshape(tf.stack(products), kernel.shape)
