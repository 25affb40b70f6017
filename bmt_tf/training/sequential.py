"""Updates task by task, each on condition that the batch has a label of the task.

The condition stands outside of `strategy.run`: inside it, neither an optimizer nor a synchronized batch norm may be
conditional. A task that is skipped computes nothing, and nothing of its moves.
"""

from collections.abc import Callable, Sequence

import tensorflow as tf

from bmt_tf.tasks import Task


def label_counts(strategy: tf.distribute.Strategy, tasks: Sequence[Task], labels) -> dict[str, tf.Tensor]:
    """Returns the sums over the labels of the global batch that losses need, by task; see `bmt_tf.tasks.losses`.

    They are float32 `[n]`, the number of labelled elements first. `labels` are those of the distributed batch by task.
    """

    def local_counts(labels):
        return {task.name: task.loss.counts(labels[task.name]) for task in tasks}

    return {
        name: strategy.reduce("SUM", counts, axis=None)
        for name, counts in strategy.run(local_counts, (labels,)).items()
    }


def sum_if_labelled(
    strategy: tf.distribute.Strategy, counts: tf.Tensor, function: Callable, arguments: tuple, shapes: Sequence
) -> list[tf.Tensor]:
    """Returns the sums over the replicas of what a function computes, or zeros where the batch lacks the task's label.

    In every replica `function` is called with `arguments` and returns a list of float32 tensors of these `shapes`;
    `counts` is the task's entry of `label_counts`.
    """

    def computed():
        return [strategy.reduce("SUM", value, axis=None) for value in strategy.run(function, arguments)]

    def skipped():
        return [tf.zeros(shape) for shape in shapes]

    return tf.cond(counts[0] > 0, computed, skipped)
