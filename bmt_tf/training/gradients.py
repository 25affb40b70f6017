"""The gradients of all tasks' weighted losses on one batch: in one backward pass, or in one per task where weights ask.

Both are called in a replica, with its part of the batch.
"""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import tensorflow as tf

from bmt_tf.grouping.nodes import head_node
from bmt_tf.tasks import Task
from bmt_tf.training.image_losses import losses_by_image
from bmt_tf.training.weighting.shared_features import CutNetwork
from bmt_tf.training.weighting.weighting import Seen, Weighting


class Gradients(NamedTuple):
    """What a replica finds on its part of a batch.

    Args:
        losses: Its shares of the losses, without weights, float32 `[T]`.
        pairs: The gradient of the weighted sum, or its share, and the variable.
        head_sums: Sums over the gradient of each task's head, float32 `[T]`: finite only if all of it is.
        weights: The weights, the same on every replica, float32 `[T]`.
        seen: What the weights were made from, the same on every replica.
    """

    losses: tf.Tensor
    pairs: list[tuple[tf.Tensor, keras.Variable]]
    head_sums: tf.Tensor
    weights: tf.Tensor
    seen: Seen


def global_counts(tasks: Sequence[Task], labels) -> list[tf.Tensor]:
    """Returns the sums over the labels of the global batch that losses need, in the order of the tasks."""
    context = tf.distribute.get_replica_context()
    counts = [task.loss.counts(labels[task.name]) for task in tasks]
    return context.all_reduce("SUM", counts) if context.num_replicas_in_sync > 1 else counts


class OnePass:
    """All tasks in one backward pass, with weights that are known before it.

    Args:
        network: The network.
        tasks: Its tasks.
        weighting: The weights.
        by_image: Whether the losses of each image are asked for.
    """

    def __init__(self, network: keras.Model, tasks: Sequence[Task], weighting: Weighting, by_image: bool = False):
        self._network, self._tasks, self._weighting, self._by_image = network, tasks, weighting, by_image

    def __call__(self, batch) -> Gradients:
        """Returns the gradients on a replica's part of a batch."""
        labels, counts = batch["labels"], global_counts(self._tasks, batch["labels"])
        weights = self._weighting.weights()
        with tf.GradientTape() as tape:
            outputs = self._network(batch["image"], training=True)
            losses = _losses(self._tasks, outputs, labels, counts)
            total = tf.add_n([weight * loss for weight, loss in zip(tf.unstack(weights), losses, strict=True)])
        variables = self._network.trainable_variables
        pairs = list(zip(tape.gradient(total, variables), variables, strict=True))
        losses = tf.stack(losses)
        by_image = _by_image(self._tasks, outputs, labels) if self._by_image else None
        seen = Seen(_over_replicas(losses), _labelled(counts), by_image=by_image)
        return Gradients(losses, pairs, head_sums(self._network, self._tasks, pairs), weights, seen)


class PassPerTask:
    """One forward pass, one backward pass per task down to the features that all share, and one through the rest.

    Args:
        network: The network.
        cut: The same network in two parts.
        tasks: Its tasks.
        weighting: The weights.
    """

    def __init__(self, network: keras.Model, cut: CutNetwork, tasks: Sequence[Task], weighting: Weighting):
        self._network, self._cut, self._tasks, self._weighting = network, cut, tasks, weighting

    def __call__(self, batch) -> Gradients:
        """Returns the gradients on a replica's part of a batch."""
        variables = self._cut.rest.trainable_variables
        found = backward_per_task(self._cut, self._tasks, batch, variables)
        weights = self._weighting.weights(found.seen)
        shares = tf.unstack(weights)
        on_features = [_weighted_sum(shares, column) for column in zip(*found.on_features, strict=True)]
        trunk = self._cut.trunk.trainable_variables
        through = found.tape.gradient(found.features, trunk, output_gradients=on_features)
        own = shares if self._weighting.scales_own else [1.0] * len(shares)
        below = [_weighted_sum(own, column) for column in zip(*found.on_variables, strict=True)]
        pairs = _joined([*zip(through, trunk, strict=True), *zip(below, variables, strict=True)])
        return Gradients(found.losses, pairs, head_sums(self._network, self._tasks, pairs), weights, found.seen)


class PerTask(NamedTuple):
    """Gradients of each task's loss without its weight, down to the features that all tasks share.

    Args:
        losses: The replica's shares of the losses, float32 `[T]`.
        features: The features.
        on_features: Task -> feature -> gradient; None where the task does not look at the feature.
        on_variables: Task -> variable -> gradient; None where it is not the task's.
        tape: What recorded how the features came about.
        seen: The global batch.
    """

    losses: tf.Tensor
    features: list[tf.Tensor]
    on_features: list[list[tf.Tensor | None]]
    on_variables: list[list[tf.Tensor | None]]
    tape: tf.GradientTape
    seen: Seen


def backward_per_task(cut: CutNetwork, tasks: Sequence[Task], batch, variables: Sequence = ()) -> PerTask:
    """Returns the gradients of each task on the shared features, and on variables beyond them.

    Args:
        cut: The network in two parts.
        tasks: Its tasks.
        batch: The replica's part of a batch.
        variables: Variables of `cut.rest`.
    """
    labels, counts = batch["labels"], global_counts(tasks, batch["labels"])
    with tf.GradientTape() as trunk_tape:
        by_name = cut.trunk(batch["image"], training=True)
        features = [by_name[name] for name in cut.names]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(features)
        outputs = cut.rest([*features, batch["image"]], training=True)
        losses = _losses(tasks, outputs, labels, counts)
    sources = [*features, *variables]
    found = [tape.gradient(loss, sources) for loss in losses]
    on_features = [row[: len(features)] for row in found]
    losses = tf.stack(losses)
    seen = Seen(_over_replicas(losses), _labelled(counts), _over_replicas(_gram(on_features)))
    return PerTask(losses, features, on_features, [row[len(features) :] for row in found], trunk_tape, seen)


def head_sums(network: keras.Model, tasks: Sequence[Task], pairs) -> tf.Tensor:
    """Returns the sums over the gradient of each task's head, float32 `[T]`.

    A head is no other task's, so that what is not finite there is the task's own. 0 for a head without variables.
    """
    gradients = {id(variable): gradient for gradient, variable in pairs if gradient is not None}
    found = []
    for task in tasks:
        variables = network.get_layer(head_node(task.name)).trainable_variables
        own = [tf.reduce_sum(gradients[id(variable)]) for variable in variables if id(variable) in gradients]
        found.append(tf.add_n(own) if own else tf.zeros([]))
    return tf.stack(found)


def _losses(tasks, outputs, labels, counts) -> list[tf.Tensor]:
    return [task.loss(outputs[task.name], labels[task.name], count) for task, count in zip(tasks, counts, strict=True)]


def _by_image(tasks, outputs, labels) -> tf.Tensor:
    """Returns the losses of each image of the global batch, float32 `[B, T]`."""
    context = tf.distribute.get_replica_context()
    found = tf.stack([losses_by_image(task, outputs[task.name], labels[task.name]) for task in tasks], axis=1)
    return context.all_gather(found, axis=0) if context.num_replicas_in_sync > 1 else found


def _labelled(counts: Sequence[tf.Tensor]) -> tf.Tensor:
    return tf.stack([count[0] > 0 for count in counts])


def _gram(rows: Sequence[Sequence[tf.Tensor | None]]) -> tf.Tensor:
    """Returns the scalar products of the tasks' gradients on a replica's features, float64 `[T, T]`."""
    total = tf.zeros([len(rows), len(rows)], tf.float64)
    for column in zip(*rows, strict=True):
        like = next(gradient for gradient in column if gradient is not None)
        column = [tf.zeros_like(like) if gradient is None else gradient for gradient in column]
        vectors = tf.stack([tf.reshape(tf.cast(gradient, tf.float64), [-1]) for gradient in column])
        total += tf.matmul(vectors, vectors, transpose_b=True)
    return total


def _over_replicas(value: tf.Tensor) -> tf.Tensor:
    context = tf.distribute.get_replica_context()
    return context.all_reduce("SUM", value) if context.num_replicas_in_sync > 1 else value


def _weighted_sum(weights: Sequence, gradients: Sequence[tf.Tensor | None]) -> tf.Tensor | None:
    """Returns the weighted sum in the gradients' own number type; None where there is no gradient."""
    terms = [tf.cast(w, g.dtype) * g for w, g in zip(weights, gradients, strict=True) if g is not None]
    return tf.add_n(terms) if terms else None


def _joined(pairs: Sequence) -> list:
    """Returns one pair per variable: what both parts of the network use has the sum of the gradients."""
    found: dict[int, tuple] = {}
    for gradient, variable in pairs:
        before, _ = found.get(id(variable), (None, variable))
        both = [one for one in (before, gradient) if one is not None]
        found[id(variable)] = (tf.add_n(both) if both else None, variable)
    return list(found.values())
