"""Weights under which every task's gradient on the shared features has the same norm, measured before training."""

import itertools
from collections.abc import Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf

from bmt_tf.layers import random_states
from bmt_tf.tasks import Task
from bmt_tf.training.gradients import backward_per_task
from bmt_tf.training.weighting.shared_features import CutNetwork, cut_at_shared_features


def balanced_weights(
    strategy: tf.distribute.Strategy, network: keras.Model, tasks: Sequence[Task], batches: Iterable, count: int
) -> dict[str, dict[str, float]]:
    """Returns weights, of the mean 1, that are one over the mean norm of the task's gradient on the shared features.

    The network is run as in training, and left as it was, with its moving statistics and what its dropout draws next.
    Source: BMN, appendix A ("the losses are normalized to avoid having the loss of one task overwhelm the others during
    training"; how is not said: this is the plain reading).

    Args:
        strategy: The strategy that the network is in the scope of.
        network: The network, before its first update.
        tasks: Its tasks.
        batches: Distributed batches of training images.
        count: Number of batches to measure on. A task's mean is over those that have a label of it.

    Returns:
        By task: `weight`, `gradient_norm` (the mean) and `batches` (those with a label).

    Raises:
        ValueError: A task has no label in these batches, or its gradient is zero there.
        FloatingPointError: A task's gradient is not finite.
    """
    cut = cut_at_shared_features(network)
    changed = [*network.non_trainable_variables, *random_states(network)]
    before = [variable.numpy() for variable in changed]
    measure = _measure(strategy, cut, tasks)
    measured = [[value.numpy() for value in measure(batch)] for batch in itertools.islice(batches, count)]
    for variable, value in zip(changed, before, strict=True):
        variable.assign(value)
    norms, labelled = (np.array(rows) for rows in zip(*measured, strict=True))  # [batches, T]
    return _weights_of(tasks, norms, labelled)


def _measure(strategy: tf.distribute.Strategy, cut: CutNetwork, tasks: Sequence[Task]):
    """Returns the function that gives norms of gradients, float64 `[T]`, and whether there are labels, bool `[T]`."""

    def on_replica(batch):
        seen = backward_per_task(cut, tasks, batch).seen
        return seen.norms, seen.labelled

    @tf.function(autograph=False)
    def measure(batch):
        return [strategy.experimental_local_results(value)[0] for value in strategy.run(on_replica, (batch,))]

    return measure


def _weights_of(tasks: Sequence[Task], norms: np.ndarray, labelled: np.ndarray) -> dict[str, dict[str, float]]:
    means = {}
    for place, task in enumerate(tasks):
        own = norms[labelled[:, place], place]
        where = f"in the first {len(norms)} batches"
        if not np.isfinite(own).all():
            raise FloatingPointError(f"The gradient of task {task.name!r} must be finite. Received: {own} {where}.")
        if not own.any():
            what = "a gradient that is zero" if len(own) else "no label"
            raise ValueError(
                f"`weighting` balanced must find a gradient of every task. Received: {what} of {task.name!r} {where}; "
                "give it more, as in balanced:batches=50, or weigh the losses in another way."
            )
        means[task.name] = float(own.mean())
    scale = len(means) / sum(1 / mean for mean in means.values())
    return {
        task.name: {
            "weight": scale / means[task.name],
            "gradient_norm": means[task.name],
            "batches": int(labelled[:, place].sum()),
        }
        for place, task in enumerate(tasks)
    }
