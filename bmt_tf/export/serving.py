"""The functions that a SavedModel offers: photographs in, decoded predictions at their size out."""

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from bmt_tf.models.load_size import at_loaded_size
from bmt_tf.models.own_size import at_own_size
from bmt_tf.tasks import Task

INPUT = tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")


def single_task_model(model: keras.Model, task_name: str) -> keras.Model:
    """Returns the part of a branched network that gives one task's output alone; it shares the network's weights."""
    part = keras.Model(model.input, {task_name: model.output[task_name]}, name=f"{model.name}_{task_name}")
    part.input_spec = model.input_spec  # The network takes any size, also where it was built for a nominal one.
    return part


def serving_function(
    model: keras.Model, tasks: Sequence[Task], stride: int, serve_size: tuple[int, ...] | None = None
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns the function behind an endpoint: uint8 `[B, H, W, 3]` -> task name -> prediction at that size.

    Inside, images are resized to `serve_size`, if there is one, by `at_loaded_size`, and then computed as for scoring,
    by `at_own_size`; predictions have the form of `Task.decode`.
    """

    outputs_of = at_own_size(model, stride)
    if serve_size is not None:
        outputs_of = at_loaded_size(outputs_of, serve_size, tasks)

    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs = outputs_of(tf.cast(image, tf.float32))
        return {task.name: task.decode(outputs[task.name]) for task in tasks}

    return serve
