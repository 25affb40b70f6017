"""NDDR units: all tasks' features side by side, and for each task a 1x1 convolution back to its own width."""

from collections.abc import Iterable, Iterator, Mapping

import keras
import tensorflow as tf

from bmt_tf.layers import BatchNorm
from bmt_tf.models.convolutions import relu
from bmt_tf.models.soft_sharing.units import UnitOptions, unit_name

MOMENTUM = 0.95


@keras.saving.register_keras_serializable(package="bmt_tf")
class DiagonalStart(keras.initializers.Initializer):
    """Starts a 1x1 kernel `[1, 1, T * C, C]` such that it adds up the tasks' maps, each by a factor.

    Args:
        factors: The factor of each task, in the order in which their channels lie side by side.
    """

    def __init__(self, factors):
        self.factors = list(factors)

    def __call__(self, shape, dtype=None):
        blocks = [factor * tf.eye(shape[-1], dtype=dtype or "float32") for factor in self.factors]
        return tf.reshape(tf.concat(blocks, axis=0), shape)

    def get_config(self):
        return {"factors": self.factors}


def fuse(features: Mapping[str, keras.KerasTensor], site: str, options: UnitOptions) -> dict[str, keras.KerasTensor]:
    """Returns every task's features after the unit of a site: 1x1 convolution, batch norm, activation of the style.

    The function of the networks that are joined is not kept, even where each takes its own features alone.
    Source: Gao et al., NDDR-CNN, 2019 (the NDDR layer), with the bias-free convolution and the momentum of the authors'
    code; epsilon is the encoder's.
    """
    rest = (1 - options.own_share) / (len(features) - 1)
    together = keras.layers.Concatenate(name=unit_name(site))(list(features.values()))
    fused = {}
    for task, own in features.items():
        name = unit_name(site, task)
        start = DiagonalStart([options.own_share if other == task else rest for other in features])
        convolution = keras.layers.Conv2D(own.shape[-1], 1, use_bias=False, kernel_initializer=start, name=name)
        norm = BatchNorm(epsilon=options.style.epsilon, momentum=MOMENTUM, name=f"{name}_bn")
        fused[task] = relu(norm(convolution(together)), f"{name}_relu", options.style)
    return fused


def match_norms(model: keras.Model, tasks: Iterable[str], sites: Iterable[str], images: tf.Tensor) -> None:
    """Gives the norms of all units the scale and shift that undo them on some images, so that only the sum changes.

    This is no part of the published method, in which the norms start with scale 1 and shift 0.

    Args:
        model: A network with NDDR units.
        tasks: Names of its tasks.
        sites: Names of the steps that have a unit, in order.
        images: float32 images 0..255 `[B, H, W, 3]`.
    """
    for site in sites:  # in order: what reaches a site depends on the norms before it
        norms = list(_norms(model, tasks, site))
        before = keras.Model(model.input, [norm.input for norm in norms])
        for norm, maps in zip(norms, before(images, training=False), strict=True):
            mean, variance = tf.nn.moments(tf.cast(maps, tf.float32), [0, 1, 2])
            norm.moving_mean.assign(mean)
            norm.moving_variance.assign(variance)
            norm.beta.assign(mean)
            norm.gamma.assign(tf.sqrt(variance + norm.epsilon))


def _norms(model: keras.Model, tasks: Iterable[str], site: str) -> Iterator[BatchNorm]:
    for task in tasks:
        yield model.get_layer(f"{unit_name(site, task)}_bn")
