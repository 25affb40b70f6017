"""A trainer of a tiny run, and its batches, for tests of what one batch does."""

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
