"""A trainer of a tiny run, and its batches, for tests of what one batch does."""

import dataclasses

import pytest
import tensorflow as tf

from bmt_tf.layers import random_states
from bmt_tf.runs import Run
from bmt_tf.runs.network import build_network, resolve_grouping
from bmt_tf.training import train_loop
from bmt_tf.training.batches import batches_of_replicas
from bmt_tf.training.train_loop import Trainer

_NETWORKS, _BATCHES = {}, {}


def trainer_and_batch(config, strategy=None, change=lambda task: task):
    """Returns a trainer at its start, with changed tasks, and the first global batch.

    On one device, settings of like networks get the same one: no trainer is good for anything once there is the next.
    """
    alone = strategy is None
    strategy = strategy or tf.distribute.get_strategy()
    run = Run(config)
    run.tasks = tuple(map(change, run.tasks))
    with strategy.scope(), pytest.MonkeyPatch.context() as patch:
        if alone:
            patch.setattr(train_loop, "build_network", _network_at_its_start)
        trainer = Trainer(config, run.encoder, run.tasks, resolve_grouping(config, run.encoder))
    return trainer, _first_batch(config) if alone else next(batches_of_replicas(run, strategy))


def _network_at_its_start(settings, encoder, structure, tasks, **options):
    """Returns what `build_network` does, built once for all settings that say the same of it."""
    key = settings.encoder, settings.seed, settings.bfloat16, repr(structure), tuple(task.head for task in tasks)
    if key not in _NETWORKS:
        network = build_network(settings, encoder, structure, tasks, **options)
        start = [(variable, variable.numpy()) for variable in (*network.variables, *random_states(network))]
        _NETWORKS[key] = network, start
    network, start = _NETWORKS[key]
    for variable, value in start:
        variable.assign(value)
    return network


def _first_batch(config):
    key = config.data, config.tasks, config.batch_size, config.image_size, config.seed
    if key not in _BATCHES:
        _BATCHES[key] = next(batches_of_replicas(Run(config), tf.distribute.get_strategy()))
    return _BATCHES[key]


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
