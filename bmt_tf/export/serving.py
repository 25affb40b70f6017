"""The functions that a SavedModel offers: photographs in, decoded predictions at their size out."""

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from bmt_tf.models.own_size import at_own_size
from bmt_tf.tasks import Task

INPUT = tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")


def single_task_model(model: keras.Model, task_name: str) -> keras.Model:
    """Returns the part of a branched network that gives one task's output alone; it shares the network's weights."""
    part = keras.Model(model.input, {task_name: model.output[task_name]}, name=f"{model.name}_{task_name}")
    part.input_spec = model.input_spec  # The network takes any size, also where it was built for a nominal one.
    return part


def serving_function(
    model: keras.Model, tasks: Sequence[Task], stride: int, serve_size: tuple[int, int] | None = None
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns the function behind an endpoint: uint8 `[B, H, W, 3]` -> task name -> prediction at that size.

    Inside, images are resized to `serve_size` `(H, W)` if there is one, and then computed as for scoring, by
    `at_own_size`. Dense outputs are brought to the size of the photographs before they are decoded, so that classes are
    never blended; predictions have the form of `Task.decode`.
    """

    outputs_of = at_own_size(model, stride)

    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        size = tf.shape(image)[1:3]
        resized = tf.cast(image, tf.float32)
        if serve_size is not None:
            # Photographs are mostly larger than the network's images; without antialiasing pixels would be skipped.
            resized = tf.image.resize(resized, serve_size, antialias=True)
        outputs = outputs_of(resized)

        def at_size(output: tf.Tensor) -> tf.Tensor:
            return output if serve_size is None else tf.image.resize(output, size)

        return {
            task.name: task.decode(at_size(outputs[task.name]) if task.kind.dense else outputs[task.name])
            for task in tasks
        }

    return serve
