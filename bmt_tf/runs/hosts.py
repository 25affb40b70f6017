"""Several hosts that share work without gradients: scores of many images, features of many networks."""

import dataclasses
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import tensorflow as tf

from bmt_tf.runs.run import Run
from bmt_tf.runs.strategy import is_chief, make_strategy, meet, place_of

Item = TypeVar("Item")


@dataclasses.dataclass(frozen=True)
class Hosts:
    """The hosts that `TF_CONFIG` names, each of which does its own part of a work; or this one alone.

    Args:
        strategy: As `make_strategy` gives it.
        index: Which of the hosts this one is, from 0.
        count: How many they are.
    """

    strategy: tf.distribute.Strategy
    index: int = 0
    count: int = 1

    @property
    def chief(self) -> bool:
        """Whether this host writes what all have found."""
        return is_chief(self.strategy)

    def share(self, items: Sequence[Item]) -> Sequence[Item]:
        """Returns this host's part of some items, in their order; the parts of all hosts are all items, each once."""
        return items[self.index :: self.count]

    def meet(self) -> None:
        """Returns when all hosts have come to this call."""
        meet(self.strategy)

    def total(self, array: np.ndarray) -> np.ndarray:
        """Returns the sum of an array, or number, over the hosts, each of which gives one of this shape and dtype."""
        if self.count == 1:
            return array
        replicas = self.strategy.num_replicas_in_sync // self.count

        def given(context):  # by the first replica of each host
            first = context.replica_id_in_sync_group % replicas == 0
            return tf.constant(array if first else np.zeros_like(array))

        values = self.strategy.experimental_distribute_values_from_function(given)
        return self.strategy.reduce("SUM", values, axis=None).numpy()


def hosts_of(run: Run) -> Hosts:
    """Returns the hosts that score a run, or collect its features; to be called before the first tensor.

    They compute with the threads that the run was begun with.
    """
    run.use_threads()
    strategy = make_strategy(1)
    return Hosts(strategy, *place_of(strategy))
