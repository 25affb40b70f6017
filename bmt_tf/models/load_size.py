"""A network that sees photographs at another size than their own, and answers at their own."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from bmt_tf.tasks import Task
from bmt_tf.tasks.lengths import length_factors


def at_loaded_size(
    outputs_of: Callable[[tf.Tensor], dict[str, tf.Tensor]], load_size: Sequence[int], tasks: Sequence[Task]
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns a function of images of any size that are resized inside, with dense outputs at the images' size.

    Photographs are mostly larger than what a network sees: without antialiasing pixels would be skipped. Outputs are
    brought back before they are decoded, so that classes are never blended; lengths in pixels are those of the
    photographs.

    Args:
        outputs_of: A function from images, float32 0..255 `[B, H, W, 3]`, to outputs by task, dense ones at their size.
        load_size: Height and width in pixels; or one number, that of the shorter side.
        tasks: The tasks of the outputs.
    """

    def at_own(images: tf.Tensor) -> dict[str, tf.Tensor]:
        size = tf.shape(images)[1:3]
        inside = _inside(size, load_size)
        outputs = outputs_of(tf.image.resize(images, inside, antialias=True))
        down, right = tf.unstack(tf.cast(size, tf.float32) / tf.cast(inside, tf.float32))

        def back(task: Task, output: tf.Tensor) -> tf.Tensor:
            if not task.kind.dense:
                return output
            factors = tf.stack(length_factors(task.kind, task.channels, down, right))
            return task.kind.scaling.resized(tf.image.resize(output, size), factors)

        return {task.name: back(task, outputs[task.name]) for task in tasks}

    return at_own


def _inside(size: tf.Tensor, load_size: Sequence[int]) -> tf.Tensor:
    if len(load_size) == 2:
        return tf.constant(load_size, tf.int32)
    length = tf.cast(size, tf.float64)
    shorter = tf.reduce_min(length)
    return tf.maximum(tf.cast(tf.round(length * (load_size[0] / shorter)), tf.int32), 1)
