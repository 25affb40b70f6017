"""The weights of losses that a search has from its warm-up to its end."""

import dataclasses
import functools
import math
from collections.abc import Sequence

import tensorflow as tf

from bmt_tf.grouping import Grouping
from bmt_tf.runs.measured_weights import weights_begun_with
from bmt_tf.runs.network import build_network
from bmt_tf.runs.run import Run
from bmt_tf.runs.strategy import given_out
from bmt_tf.runs.weightings import MEASURED_BATCHES, WeightingChoice
from bmt_tf.tasks import Task
from bmt_tf.training.branch_search.data import SearchData
from bmt_tf.training.weighting.balanced import balanced_weights
from bmt_tf.training.weighting.measuring import Measured, measure


def weighed_tasks(run: Run, strategy: tf.distribute.Strategy, data: SearchData, *, anew: bool) -> tuple[Task, ...]:
    """Returns the tasks of a search with the weights that they have in all its phases.

    Source: BMTAS, appendix A (`fixed`). Departure: `uniform` and `balanced`, see `scaled_weights`.

    Args:
        run: The search.
        strategy: Its strategy.
        data: Its images, and its tasks with their fixed weights.
        anew: Whether it begins; one that goes on has the weights that it has kept.
    """
    if not run.settings.measures_weights:
        return data.tasks

    def measure_weights():
        return scaled_weights(run.settings.weighting_choice, data.tasks, _measured(run, strategy, data))

    weights = weights_begun_with(run, strategy, measure_weights, anew=anew)
    return tuple(dataclasses.replace(task, weight=weights[task.name]) for task in data.tasks)


def scaled_weights(choice: WeightingChoice, tasks: Sequence[Task], measured: Measured) -> dict[str, dict[str, float]]:
    """Returns weights by which the whole loss begins as large as by the fixed ones.

    Departure: where a training has the mean weight 1, a search has that scale. It holds the losses against the price of
    cost, so that lambda would mean another thing with every way to weigh them. With the weighted sum of the losses the
    same on the measured batches, a lambda that suits the fixed weights suits the others, searches that differ in their
    weighting alone can be compared, and learning rates keep their meaning too.

    Args:
        choice: `uniform` or `balanced`.
        tasks: The tasks, with their fixed weights.
        measured: What was measured of them.

    Returns:
        By task: `weight`, with the mean `gradient_norm` and `loss` on the `batches` that have a label of it.

    Raises:
        ValueError: The whole loss is not above 0, or a task cannot be balanced.
        FloatingPointError: A task's gradient is not finite.
    """
    if choice.name == "balanced":
        found = balanced_weights(tasks, measured)
    else:
        found = {task.name: {"weight": 1.0, **measured.of_task(place)} for place, task in enumerate(tasks)}
    fixed = measured.whole_loss([task.weight for task in tasks])
    own = measured.whole_loss([found[task.name]["weight"] for task in tasks])
    if not all(0 < whole < math.inf for whole in (fixed, own)):
        raise ValueError(
            f"`weighting` {choice.text} must find a whole loss above 0 and finite, or it has no scale to hold against "
            f"the price of cost. Received: {fixed} by the fixed weights and {own} by its own {measured.where}; give "
            "weights by hand, as in --loss_weights=depth=2."
        )
    return {name: row | {"weight": fixed / own * row["weight"]} for name, row in found.items()}


def _measured(run: Run, strategy: tf.distribute.Strategy, data: SearchData) -> Measured:
    """Returns what a network that shares everything, as it starts, shows on the first batches of the warm-up."""
    config, encoder = run.settings, run.encoder
    shared = Grouping.shared(config.tasks, encoder.block_names, encoder=encoder.name)
    with strategy.scope():
        network = build_network(config.at_search_scale(), encoder, shared, data.tasks)
    batches = given_out(strategy, config.batch_size, functools.partial(data.batches, "warm_up", 0))
    count = config.weighting_choice.options.get("batches", MEASURED_BATCHES)
    return measure(strategy, network, data.tasks, batches, count)
