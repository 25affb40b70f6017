"""Weights under which every task's gradient on the shared features has the same norm, measured before training."""

from collections.abc import Sequence

import numpy as np

from bmt_tf.tasks import Task
from bmt_tf.training.weighting.measuring import Measured


def balanced_weights(tasks: Sequence[Task], measured: Measured) -> dict[str, dict[str, float]]:
    """Returns weights, of the mean 1, that are one over the mean norm of the task's gradient on the shared features.

    Source: BMN, appendix A ("the losses are normalized to avoid having the loss of one task overwhelm the others during
    training"; how is not said: this is the plain reading).

    Args:
        tasks: The tasks.
        measured: What was measured of them. A task's mean is over the batches that have a label of it.

    Returns:
        By task: `weight`, with the `gradient_norm` (the mean) that it follows from, the mean `loss`, and `batches`
        (those with a label).

    Raises:
        ValueError: A task has no label in these batches, or its gradient is zero there.
        FloatingPointError: A task's gradient is not finite.
    """
    found = {}
    for place, task in enumerate(tasks):
        own, where = measured.norms[measured.labelled[:, place], place], measured.where
        if not np.isfinite(own).all():
            raise FloatingPointError(f"The gradient of task {task.name!r} must be finite. Received: {own} {where}.")
        if not own.any():
            what = "a gradient that is zero" if len(own) else "no label"
            raise ValueError(
                f"`weighting` balanced must find a gradient of every task. Received: {what} of {task.name!r} {where}; "
                "give it more, as in balanced:batches=50, or weigh the losses in another way."
            )
        found[task.name] = measured.of_task(place)
    scale = len(found) / sum(1 / row["gradient_norm"] for row in found.values())
    return {name: {"weight": scale / row["gradient_norm"], **row} for name, row in found.items()}
