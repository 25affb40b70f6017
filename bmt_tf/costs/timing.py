"""How long a model takes, in milliseconds."""

import dataclasses
import time

import keras
import numpy as np
import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Timing:
    """Time of one call.

    Args:
        median: Median over the runs, in milliseconds.
        spread: Distance between the quartiles, in milliseconds.
        runs: Number of runs.
    """

    median: float
    spread: float
    runs: int


def time_model(model: keras.Model, image_size: tuple[int, int], *, batch_size: int = 1, runs: int = 20) -> Timing:
    """Returns how long a model takes for a batch of images at inference, as a `tf.function`.

    Args:
        model: A model of images `[B, H, W, 3]`.
        image_size: Height and width.
        batch_size: Number of images B.
        runs: Number of measured runs, after three that are not.

    Returns:
        Median and spread.
    """
    return time_call(model, [(batch_size, *image_size, 3)], runs=runs)


def time_call(model, shapes, *, runs: int = 20, warm_up: int = 3) -> Timing:
    """Returns how long one call takes at inference, as a `tf.function`.

    Args:
        model: A Keras model, or any function of a list of tensors (of one tensor if there is one shape).
        shapes: One shape per input; the inputs are float32 noise 0..255.
        runs: Number of measured runs.
        warm_up: Number of runs before, the first of which traces.

    Returns:
        Median and spread.

    Raises:
        ValueError: `runs` is below 1.
    """
    if runs < 1:
        raise ValueError(f"`runs` must be at least 1. Received: runs={runs}.")
    noise = np.random.default_rng(0)
    inputs = [tf.constant(noise.uniform(0, 255, shape), tf.float32) for shape in shapes]
    arguments = inputs if len(inputs) > 1 else inputs[0]
    settings = {"training": False} if isinstance(model, keras.layers.Layer) else {}
    call = tf.function(lambda x: model(x, **settings))
    times = []
    for run in range(warm_up + runs):
        start = time.perf_counter()
        call(arguments)
        tf.test.experimental.sync_devices()
        if run >= warm_up:
            times.append(1000 * (time.perf_counter() - start))
    low, median, high = np.percentile(times, [25, 50, 75])
    return Timing(float(median), float(high - low), runs)
