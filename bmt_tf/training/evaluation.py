"""Scores of a trained network, its cost, and its gain over single-task networks."""

from collections.abc import Sequence
from typing import Any

import keras

from bmt_tf import _files as files
from bmt_tf.costs import counted_units, model_cost
from bmt_tf.export import graph_latency
from bmt_tf.export.folding import folded
from bmt_tf.export.serving import Exportable
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.references import gain, reference_scores
from bmt_tf.runs.run import Run
from bmt_tf.runs.scoring import score


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
            the same step, others being a ValueError; without any there is no delta_m.
        split: The split to score on: `train`, `val`, or another that the data has.
        batch_size: Images at a time, of one size; more need more memory.
        step: Number of updates, that of the checkpoint to score; the newest whole one where none is given.
        time_it: Whether the cost in milliseconds is measured too, for one photograph of the size that was trained on:
            what its SavedModel takes, with the threads of this process.
        data: Where the run's data is now, if it has moved.

    Returns:
        The content of `metrics.json`: by task the measure, its value and unit; the cost in each unit; and `delta_m` in
        percent, in all and by task, or None.
    """
    files.check_writable(run_dir, "run_dir")
    run = Run.load(run_dir, TrainConfig, data)
    network, step = run.trained(step)
    source = run.scored_split(split)
    scored = {"split": split, "fingerprint": source.fingerprint(), "step": step}
    single = reference_scores(run, references, scored) if references else {}
    scores = score(
        network, source, run.tasks, stride=run.encoder.stride, batch_size=batch_size, load_size=run.resized_inside
    )
    metrics = {
        **scored,
        "images": len(source),
        "tasks": scores,
        "cost": _costs(run, network, time_it),
        "delta_m": gain(scores, single) if references else None,
    }
    if files.exists(run.paths.training):
        metrics["seconds_per_step"] = files.read_json(run.paths.training)["seconds_per_step"]
    files.write_json(run.paths.metrics, metrics)
    return metrics


def _costs(run: Run, network: keras.Model, time_it: bool) -> dict[str, float]:
    size = run.settings.image_size
    costs = {unit: model_cost(network, unit, size) for unit in counted_units()}
    if time_it:
        costs["milliseconds"] = graph_latency(Exportable(folded(network), run.tasks, run.encoder.stride), size).median
    return costs
