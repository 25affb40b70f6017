"""Scores of a trained network, its cost, and its gain over single-task networks."""

from collections.abc import Sequence
from typing import Any

import keras

from bmt_tf import _files as files
from bmt_tf.costs import counted_units, model_cost
from bmt_tf.export import graph_latency
from bmt_tf.export.folding import folded
from bmt_tf.export.latency import latency_record
from bmt_tf.export.scoring import still_scored
from bmt_tf.export.serving import Exportable
from bmt_tf.runs.chief_files import written_by_chief
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.hosts import hosts_of
from bmt_tf.runs.network import weights_digest
from bmt_tf.runs.references import gain, reference_scores
from bmt_tf.runs.run import Run
from bmt_tf.runs.scoring import score
from bmt_tf.runs.strategy import check_same_start


def evaluate(
    run_dir: str,
    *,
    references: Sequence[str] = (),
    split: str = "val",
    batch_size: int = 8,
    step: int | None = None,
    time_it: bool | None = None,
    data: str = "",
) -> dict[str, Any]:
    """Scores a run on a split and writes its `metrics.json`.

    What this says of exports is kept as long as weights, images and the exports' files are the same. Where `TF_CONFIG`
    names several hosts each computes its share of the images, and the chief writes; it is then to be called by all of
    them, before the first tensor.

    Args:
        run_dir: Directory of a training run, local or remote; it need not be finished.
        references: Directories of single-task runs of the same settings, one per task, evaluated on the same split at
            the same step, others being a ValueError; without any there is no delta_m.
        split: The split to score on: `train`, `val`, or another that the data has.
        batch_size: Images at a time, of one size; more need more memory.
        step: Number of updates, that of the checkpoint to score; the newest whole one where none is given.
        time_it: Whether the cost in milliseconds is measured too, for one photograph of the size that was trained on:
            what its SavedModel takes, with the threads of this process. By default only where an earlier evaluation has
            not measured the same weights with these threads on this machine.
        data: Where the run's data is now, if it has moved.

    Returns:
        The content of `metrics.json`: by task the measure, its value and unit; the cost in each unit; and `delta_m` in
        percent, in all and by task, or None; the digest of the `weights`; what the milliseconds were `timed` under.
    """
    files.check_writable(run_dir, "run_dir")
    run = Run.load(run_dir, TrainConfig, data)
    hosts = hosts_of(run)
    network, step = run.trained(step)
    check_same_start(hosts.strategy, run_dir, step)
    source = run.scored_split(split)
    scored = {"split": split, "fingerprint": source.fingerprint(), "step": step}
    single = reference_scores(run, references, scored) if references else {}
    form = {"stride": run.encoder.stride, "batch_size": batch_size, "load_size": run.resized_inside}
    scores = score(network, source, run.tasks, **form, hosts=hosts)
    same = {**scored, "weights": weights_digest(network)}

    def metrics():
        known = _earlier(run)
        costs = _costs(run, network, time_it, known if known.get("weights") == same["weights"] else {})
        delta_m = {"delta_m": gain(scores, single) if references else None}
        exported = still_scored(run, known, same, single)
        return {**same, "images": len(source), "tasks": scores, **costs, **delta_m, **exported, **_seconds(run)}

    return written_by_chief(hosts.strategy, run.paths.metrics, metrics, anew=True)


def _earlier(run: Run) -> dict[str, Any]:
    """Returns what an earlier evaluation has found; nothing where there was none, or it cannot be read."""
    try:
        return run.metrics
    except (OSError, ValueError):
        return {}


def _seconds(run: Run) -> dict[str, float]:
    """Returns the time of a training step under its name, where it is noted."""
    name = "seconds_per_step"
    return {name: files.read_json(run.paths.training)[name]} if files.exists(run.paths.training) else {}


def _costs(run: Run, network: keras.Model, time_it: bool | None, earlier: dict[str, Any]) -> dict[str, Any]:
    """Returns the `cost` in every unit, and what the milliseconds were `timed` under, measured or known from before."""
    size = run.settings.image_size
    costs = {unit: model_cost(network, unit, size) for unit in counted_units()}
    if time_it is False:
        return {"cost": costs}
    known = {} if time_it else {**earlier.get("timed", {}), **earlier.get("cost", {})}

    def measure():
        return graph_latency(Exportable(folded(network), run.tasks, run.encoder.stride), size)

    timed = latency_record(size, measure, known)
    costs["milliseconds"] = timed.pop("milliseconds")
    return {"cost": costs, "timed": timed}
