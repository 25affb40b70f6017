"""How long a model takes, in milliseconds."""

import dataclasses
import time

import keras
import numpy as np
import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Timing:
    """Median and distance between the quartiles of the time of one call, in milliseconds, over so many runs."""

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


def time_call(model, shapes, *, runs: int = 20, warm_up: int = 3, calls: int = 1) -> Timing:
    """Returns how long one call takes at inference, as a `tf.function`; the first `warm_up` runs are not measured.

    `model` is a Keras model, or any function of a list of tensors (of one tensor if there is one shape); the inputs are
    float32 noise 0..255. A run makes `calls` one after the other inside the graph: with many, what it costs to enter
    the graph, which parts of a network pay only once together, is no part of the result.
    """
    for name, value in (("runs", runs), ("calls", calls)):
        if value < 1:
            raise ValueError(f"`{name}` must be at least 1. Received: {name}={value}.")
    random = np.random.default_rng(0)
    noise = [tf.constant(random.uniform(0, 255, (calls, *shape)), tf.float32) for shape in shapes]
    settings = {"training": False} if isinstance(model, keras.layers.Layer) else {}

    @tf.function
    def run():
        # Different noise for each call, and something of each result, so that no call can be left out.
        seen = 0.0
        for number in tf.range(calls):
            tf.autograph.experimental.set_loop_options(parallel_iterations=1)
            inputs = [values[number] for values in noise]
            outputs = model(inputs if len(inputs) > 1 else inputs[0], **settings)
            seen += tf.add_n([tf.cast(tf.reshape(output, [-1])[0], tf.float32) for output in tf.nest.flatten(outputs)])
        return seen

    times = []
    for number in range(warm_up + runs):
        start = time.perf_counter()
        run().numpy()
        if number >= warm_up:
            times.append(1000 * (time.perf_counter() - start) / calls)
    low, median, high = np.percentile(times, [25, 50, 75])
    return Timing(float(median), float(high - low), runs)
