"""A trainer of a tiny run, and its batches, for tests of what one batch does."""

import dataclasses

import tensorflow as tf

from bmt_tf.runs import Run
from bmt_tf.runs.network import resolve_grouping
from bmt_tf.training.batches import batches_of_replicas
from bmt_tf.training.train_loop import Trainer


def trainer_and_batch(config, strategy=None, change=lambda task: task):
    """Returns a trainer at its start, with changed tasks, and the first global batch."""
    strategy = strategy or tf.distribute.get_strategy()
    run = Run(config)
    run.tasks = tuple(map(change, run.tasks))
    with strategy.scope():
        trainer = Trainer(config, run.encoder, run.tasks, resolve_grouping(config, run.encoder))
    return trainer, next(batches_of_replicas(run, strategy))


def without_labels(batch, task, value):
    """Returns a batch whose labels of a task are all ignored."""
    labels = batch["labels"]
    return batch | {"labels": labels | {task: tf.fill(tf.shape(labels[task]), tf.constant(value, labels[task].dtype))}}


@dataclasses.dataclass(frozen=True)
class _Scaled:
    """A loss times a factor."""

    loss: object
    factor: float

    def counts(self, labels):
        return self.loss.counts(labels)

    def __call__(self, outputs, labels, counts):
        return self.factor * self.loss(outputs, labels, counts)


def with_scaled_loss(tasks, name, factor):
    """Returns tasks of which the named one has its loss times a factor."""
    return tuple(
        dataclasses.replace(task, loss=_Scaled(task.loss, factor)) if task.name == name else task for task in tasks
    )
