"""What weights are measured from before training: losses, and norms of gradients on the shared features."""

import dataclasses
import itertools
from collections.abc import Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf

from bmt_tf.layers import random_states
from bmt_tf.tasks import Task
from bmt_tf.training.gradients import backward_per_task
from bmt_tf.training.traced_update import TracedUpdate
from bmt_tf.training.weighting.shared_features import CutNetwork, cut_at_shared_features


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a few batches show of the T tasks of a network before its first update.

    Args:
        norms: Norms of the gradients of the losses on the shared features, without weights, `[batches, T]`.
        losses: The losses, without weights, `[batches, T]`.
        labelled: Whether the batch has a label of the task, bool `[batches, T]`.
    """

    norms: np.ndarray
    losses: np.ndarray
    labelled: np.ndarray

    @property
    def where(self) -> str:
        """Where it was measured, as a message says it."""
        return f"in the first {len(self.labelled)} batches"

    def of_task(self, place: int) -> dict[str, float]:
        """Returns `gradient_norm` and `loss` of a task, means over the `batches` that have a label of it, and these.

        Args:
            place: Its place among the tasks. Without any label the means are 0.
        """
        own = self.labelled[:, place]
        means = {"gradient_norm": self.norms, "loss": self.losses}
        found = {name: float(values[own, place].mean()) if own.any() else 0.0 for name, values in means.items()}
        return found | {"batches": int(own.sum())}

    def whole_loss(self, weights: Sequence[float]) -> float:
        """Returns the weighted sum of the losses, on average over the batches; a task without a label adds nothing.

        Args:
            weights: The weights, one per task.
        """
        return float(np.where(self.labelled, self.losses, 0.0).mean(axis=0) @ np.asarray(weights))


def measure(
    strategy: tf.distribute.Strategy, network: keras.Model, tasks: Sequence[Task], batches: Iterable, count: int
) -> Measured:
    """Returns what the first batches show.

    The network is run as in training, and left as it was, with its moving statistics and what its dropout draws next.

    Args:
        strategy: The strategy that the network is in the scope of.
        network: The network, before its first update.
        tasks: Its tasks.
        batches: Distributed batches of training images.
        count: Number of batches to measure on.
    """
    cut = cut_at_shared_features(network)
    changed = [*network.non_trainable_variables, *random_states(network)]
    before = [variable.numpy() for variable in changed]
    look = _look(strategy, cut, tasks)
    seen = [[value.numpy() for value in look(batch)] for batch in itertools.islice(batches, count)]
    for variable, value in zip(changed, before, strict=True):
        variable.assign(value)
    return Measured(*(np.array(rows) for rows in zip(*seen, strict=True)))


def _look(strategy: tf.distribute.Strategy, cut: CutNetwork, tasks: Sequence[Task]):
    """Returns the function that gives a batch's norms, losses, and whether there are labels, each `[T]`."""

    def on_replica(batch):
        seen = backward_per_task(cut, tasks, batch).seen
        return seen.norms, seen.losses, seen.labelled

    def look(batch):
        return [strategy.experimental_local_results(value)[0] for value in strategy.run(on_replica, (batch,))]

    return TracedUpdate(look)
