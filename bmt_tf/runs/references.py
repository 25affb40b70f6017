"""Single-task runs that the gain of a network refers to: whether they are comparable, and delta_m over them."""

from collections.abc import Mapping, Sequence
from typing import Any

from absl import logging

from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.runs.settings import Pair
from bmt_tf.tasks import delta_m


def reference_scores(
    run: Run, references: Sequence[str], scored: Mapping[str, Any]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Returns the reference run and its score by task, refusing runs of other settings."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for path in references:
        reference = Run.load(path, TrainConfig)
        metrics, tasks = reference.metrics, reference.settings.tasks
        different = reference.differing(run, Pair.SCORES)
        others = {f"scored {name}": (metrics.get(name), value) for name, value in scored.items()}
        different |= {name: pair for name, pair in others.items() if pair[0] != pair[1]}
        if different:
            raise ValueError(
                f"`references` must be runs of the same settings, scored on the same images. Received: "
                f"{path} with other (theirs, ours): {different}."
            )
        if len(tasks) != 1 or tasks[0] in found:
            raise ValueError(
                f"`references` must be runs of a single task each, one per task. Received: {path} of "
                f"{tasks} beside {[other for other, _ in found.values()]}."
            )
        row = metrics["tasks"][tasks[0]]
        if not row["value"]:
            raise ValueError(
                f"`references` must have a score that is finite and not zero. Received: {row['value']} of {path}."
            )
        found[tasks[0]] = (path, row)
    missing = [name for name in run.settings.tasks if name not in found]
    if missing:
        raise ValueError(f"`references` must hold a single-task run for every task. Received: none for {missing}.")
    return found


def gain(scores: Mapping[str, dict], single: Mapping[str, tuple[str, dict]]) -> dict[str, Any] | None:
    """Returns delta_m with what it refers to; none, with a warning, where a task has no score."""
    ours = {name: row["value"] for name, row in scores.items()}
    if None in ours.values():
        logging.warning("There is no delta_m: %s.", {name: "no score" for name in ours if ours[name] is None})
        return None
    theirs = {name: single[name][1]["value"] for name in scores}
    lower = {name: row["lower_is_better"] for name, row in scores.items()}
    return {
        "value": delta_m(ours, theirs, lower),
        "per_task": {name: delta_m({name: ours[name]}, {name: theirs[name]}, {name: lower[name]}) for name in scores},
        "references": {name: single[name][0] for name in scores},
    }
