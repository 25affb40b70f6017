"""The functions that a SavedModel offers: photographs in, decoded predictions at their size out."""

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

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

    Inside, images are resized to `serve_size` `(H, W)` if there is one, then padded at the bottom and on the right, by
    mirroring, to a multiple of `stride`, for a network of float32 images 0..255. Dense outputs are brought to the size
    of the photographs before they are decoded, so that classes are never blended; predictions have the form of
    `Task.decode`.
    """

    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        size = tf.shape(image)[1:3]
        resized = tf.cast(image, tf.float32)
        if serve_size is not None:
            # Photographs are mostly larger than the network's images; without antialiasing pixels would be skipped.
            resized = tf.image.resize(resized, serve_size, antialias=True)
        outputs = model(mirror_to_multiple(resized, stride), training=False)
        height, width = tf.unstack(tf.shape(resized)[1:3])

        def at_size(output: tf.Tensor) -> tf.Tensor:
            output = output[:, :height, :width]
            return output if serve_size is None else tf.image.resize(output, size)

        return {
            task.name: task.decode(at_size(outputs[task.name]) if task.kind.dense else outputs[task.name])
            for task in tasks
        }

    return serve


def mirror_to_multiple(images: tf.Tensor, stride: int) -> tf.Tensor:
    """Returns images `[B, H, W, C]` continued at the bottom and right as in a mirror, to a multiple of the stride.

    They may have fewer pixels than are added.
    """
    for axis in (1, 2):
        length = tf.shape(images)[axis]
        place = tf.range(-(-length // stride) * stride) % (2 * length)
        images = tf.gather(images, tf.minimum(place, 2 * length - 1 - place), axis=axis)
    return images
