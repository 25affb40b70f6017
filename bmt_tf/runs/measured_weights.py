"""The weights of losses that a run has measured before its first step: kept with it, for itself and all that follow."""

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.runs.chief_files import written_by_chief
from bmt_tf.runs.run import Run


def weights_begun_with(
    run: Run, strategy: tf.distribute.Strategy, measure: Callable[[], Mapping[str, Any]], *, anew: bool
) -> dict[str, float]:
    """Returns the weights of losses that a run was begun with, by task, the same for all workers.

    Args:
        run: The run.
        strategy: Its strategy.
        measure: Measures them: task -> `weight`, and what it follows from. Called by all workers, where they are to be
            measured; the chief writes what it has found.
        anew: Whether the run begins, and nothing that it has left counts.

    Raises:
        FileNotFoundError: The run has begun, and its weights are gone.
        ValueError: The run has begun, and they are not those of its tasks.
    """
    if anew:
        measured = dict(measure())
        written_by_chief(strategy, run.paths.weighting, lambda: measured, anew=True)
    return kept_weights(run)


def kept_weights(run: Run) -> dict[str, float]:
    """Returns the weights of losses that a run has measured, by task.

    Args:
        run: A run whose settings say that it measures them.

    Raises:
        FileNotFoundError: They are gone.
        ValueError: They are not those of its tasks.
    """
    path = run.paths.weighting
    if not files.is_file(path):
        raise FileNotFoundError(
            f"{path} must hold the weights of losses that {run.path!r} was begun with (weighting="
            f"{run.settings.weighting!r}); they cannot be measured again, for its network has moved on. Received: no "
            "such file; put it back, or take another directory and begin anew."
        )
    stored = files.read_json(path)
    try:
        return {name: float(stored[name]["weight"]) for name in run.settings.tasks}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} must hold a `weight` for each of the tasks {run.settings.tasks}. Received: {stored}."
        ) from error
