"""What a batch moves: all weights once, by the weighted sum of all losses, or task by task."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import tensorflow as tf

from bmt_tf.tasks import Task
from bmt_tf.training.gradients import OnePass, PassPerTask, head_sums
from bmt_tf.training.sequential import label_counts, sum_if_labelled
from bmt_tf.training.weighting.shared_features import cut_at_shared_features
from bmt_tf.training.weighting.weighting import Seen, Weighting


class Done(NamedTuple):
    """What has come of a batch, for all replicas together.

    Args:
        seen: Losses, labels, and what else weights are made from.
        weights: The weights that were used, float32 `[T]`.
        head_sums: Sums over the gradients of the tasks' heads, float32 `[T]`.
    """

    seen: Seen
    weights: tf.Tensor
    head_sums: tf.Tensor

    def report(self, names: Sequence[str]) -> dict:
        """Returns what `Progress` is told.

        Args:
            names: Names of the tasks.
        """
        finite = tf.math.is_finite(self.head_sums)
        if self.seen.gram is not None:
            finite &= tf.math.is_finite(self.seen.norms)
        by_task = {"losses": self.seen.losses, "labelled": self.seen.labelled, "finite_gradient": finite}
        weights = {f"weight_{name}": weight for name, weight in zip(names, tf.unstack(self.weights), strict=True)}
        return {key: dict(zip(names, tf.unstack(value), strict=True)) for key, value in by_task.items()} | weights


class JointUpdate:
    """One update of all weights per batch.

    Source: BMTAS, eq. 3.

    Args:
        network: The network.
        tasks: Its tasks.
        weighting: The weights of their losses.
        optimizer: What moves the network.
        by_image: Whether the losses of each image are asked for, of weights that are known before the batch.
    """

    def __init__(
        self, network: keras.Model, tasks: Sequence[Task], weighting: Weighting, optimizer, by_image: bool = False
    ):
        self._optimizer = optimizer
        if weighting.on_features:
            self._gradients = PassPerTask(network, cut_at_shared_features(network), tasks, weighting)
        else:
            self._gradients = OnePass(network, tasks, weighting, by_image)

    def __call__(self, strategy: tf.distribute.Strategy, batch) -> Done:
        """Updates the network once, by a global batch."""
        shares, alike = strategy.run(self._on_replica, (batch,))
        gradient_sums = strategy.reduce("SUM", shares, axis=None)
        seen = {name: strategy.experimental_local_results(value)[0] for name, value in alike.items()}
        weights = seen.pop("weights")
        return Done(seen=Seen(**seen), weights=weights, head_sums=gradient_sums)

    def _on_replica(self, batch) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        found = self._gradients(batch)
        self._optimizer.apply_gradients(found.pairs)
        return found.head_sums, {"weights": found.weights} | {
            name: value for name, value in found.seen._asdict().items() if value is not None
        }


class UpdatesInTurn:
    """One update per batch and task that has a label in it, of the weights on the task's path.

    What k tasks share has k updates, each with the momentum that the others have left, and k times the weight decay
    and the steps of moving statistics; what a later task sees has been moved by those before it.
    Source: BMTAS, appendix A ("those operations receive more updates"); the authors' code, too, goes task by task.

    Args:
        network: The network.
        tasks: Its tasks, in the order of the updates.
        weighting: The weights of their losses, known before the batch.
        optimizer: What moves the network.
    """

    def __init__(self, network: keras.Model, tasks: Sequence[Task], weighting: Weighting, optimizer):
        self._network, self._tasks, self._weighting, self._optimizer = network, tasks, weighting, optimizer
        self._paths = [keras.Model(network.inputs, network.output[task.name]) for task in tasks]

    def __call__(self, strategy: tf.distribute.Strategy, batch) -> Done:
        """Updates the network once per task, by a global batch."""
        counts = label_counts(strategy, self._tasks, batch["labels"])
        weights = self._weighting.weights()
        losses, sums = [], []
        for place, task in enumerate(self._tasks):
            count = counts[task.name]
            arguments = place, batch["image"], batch["labels"][task.name], count, weights[place]
            loss, total = sum_if_labelled(strategy, count, self._update_path, arguments, [(), ()])
            losses.append(loss)
            sums.append(total)
        labelled = tf.stack([counts[task.name][0] > 0 for task in self._tasks])
        return Done(Seen(tf.stack(losses), labelled), weights, tf.stack(sums))

    def _update_path(self, place, image, labels, counts, weight) -> list[tf.Tensor]:
        task, path = self._tasks[place], self._paths[place]
        with tf.GradientTape() as tape:
            loss = task.loss(path(image, training=True), labels, counts)
            weighted = weight * loss
        variables = path.trainable_variables
        pairs = list(zip(tape.gradient(weighted, variables), variables, strict=True))
        self._optimizer.apply_gradients(pairs)
        [total] = tf.unstack(head_sums(self._network, [task], pairs))
        return [loss, total]
