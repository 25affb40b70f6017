"""Scores of a trained network, its cost, and its gain over single-task networks."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from absl import logging

from bmt_tf import _files as files
from bmt_tf.costs import counted_units, model_cost, time_model
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.runs.scoring import score
from bmt_tf.runs.settings import Pair
from bmt_tf.tasks import delta_m


def evaluate(
    run_dir: str,
    *,
    references: Sequence[str] = (),
    split: str = "val",
    batch_size: int = 8,
    step: int | None = None,
    time_it: bool = True,
    data: str = "",
) -> dict[str, Any]:
    """Scores a run on a split and writes its `metrics.json`.

    Args:
        run_dir: Directory of a training run, local or remote; it need not be finished.
        references: Directories of single-task runs of the same settings, one per task, evaluated on the same split at
            the same step; without any there is no delta_m.
        split: The split to score on: `train`, `val`, or another that the data has.
        batch_size: Images at a time, of one size; more need more memory.
        step: Number of updates, that of the checkpoint to score; the newest whole one where none is given.
        time_it: Whether the cost in milliseconds is measured too, for one image of the size that was trained on.
        data: Where the run's data is now, if it has moved.

    Returns:
        The content of `metrics.json`: by task the measure, its value and unit; the cost in each unit; and `delta_m` in
        percent, in all and by task, or None.

    Raises:
        ValueError: `references` are not comparable with the run, or a task has none.
    """
    files.check_writable(run_dir, "run_dir")
    run = Run.load(run_dir, TrainConfig, data)
    network, step = run.trained(step)
    source = run.scored_split(split)
    scored = {"split": split, "fingerprint": source.fingerprint(), "step": step}
    single = _reference_scores(run, references, scored) if references else {}
    scores = score(
        network, source, run.tasks, stride=run.encoder.stride, batch_size=batch_size, load_size=run.resized_inside
    )
    metrics = {
        **scored,
        "images": len(source),
        "tasks": scores,
        "cost": _costs(network, run.settings.image_size, time_it),
        "delta_m": _gain(scores, single) if references else None,
    }
    if files.exists(run.paths.training):
        metrics["seconds_per_step"] = files.read_json(run.paths.training)["seconds_per_step"]
    files.write_json(run.paths.metrics, metrics)
    return metrics


def _costs(model: keras.Model, image_size: tuple[int, int], time_it: bool) -> dict[str, float]:
    costs = {unit: model_cost(model, unit, image_size) for unit in counted_units()}
    if time_it:
        costs["milliseconds"] = time_model(model, image_size).median
    return costs


def _reference_scores(
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


def _gain(scores: Mapping[str, dict], single: Mapping[str, tuple[str, dict]]) -> dict[str, Any] | None:
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
