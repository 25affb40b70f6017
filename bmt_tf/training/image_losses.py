"""The losses of a batch image by image."""

import numpy as np
import tensorflow as tf

from bmt_tf.tasks import Task


def losses_by_image(task: Task, outputs: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Returns the loss of each image as a batch of its own, without the task's weight.

    Args:
        task: The task.
        outputs: The network's outputs for it, float32 `[B, ...]`.
        labels: Its labels, `[B, ...]`.

    Returns:
        float32 `[B]`; NaN where nothing is labelled, infinite where the outputs are no numbers.
    """

    @tf.autograph.experimental.do_not_convert  # A loss has no conditions in Python on what it computes.
    def loss_of(image):
        output, label = (part[None] for part in image)
        counts = task.loss.counts(label)
        loss = task.loss(output, label, counts)
        loss = tf.where(tf.math.is_finite(loss), loss, np.inf)  # NaN says something else
        return tf.where(counts[0] > 0, loss, np.nan)

    return tf.map_fn(loss_of, (outputs, labels), fn_output_signature=tf.float32)
