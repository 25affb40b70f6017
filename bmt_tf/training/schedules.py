"""Learning rates as functions of the number of updates done."""

from collections.abc import Callable

import tensorflow as tf

from bmt_tf.runs.config import RunConfig

Schedule = Callable[[tf.Tensor], tf.Tensor]

POLY_POWER = 0.9


def make_schedule(config: RunConfig) -> Schedule:
    """Returns the rate as a function of the step: int64 scalar -> float32 scalar.

    Source: BMTAS, appendix A ('poly' policy, power 0.9 as in the authors' code); BMN, appendices B and C (divided by
    ten every so many steps).
    """

    def poly(step: tf.Tensor) -> tf.Tensor:
        left = 1.0 - tf.cast(step, tf.float32) / float(config.steps)
        return config.learning_rate * tf.maximum(left, 0.0) ** POLY_POWER

    def drops(step: tf.Tensor) -> tf.Tensor:
        return config.learning_rate * 0.1 ** tf.cast(step // config.drop_every, tf.float32)

    def constant(step: tf.Tensor) -> tf.Tensor:
        del step
        return tf.constant(config.learning_rate, tf.float32)

    return {"poly": poly, "step": drops, "constant": constant}[config.schedule]
