"""Scores of an exported network, beside those of the checkpoint it was made from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.data.source import Source, image_sizes
from bmt_tf.export.description import content_of
from bmt_tf.export.formats import FORMATS, load_served
from bmt_tf.export.latency import latency_of, latency_record
from bmt_tf.export.served import ServedNetwork
from bmt_tf.runs.chief_files import written_by_chief
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.hosts import Hosts, hosts_of
from bmt_tf.runs.references import gain, reference_scores
from bmt_tf.runs.run import Run
from bmt_tf.runs.scoring import score
from bmt_tf.tasks import Task


def evaluate_exported(
    run_dir: str,
    exported: str,
    *,
    references: Sequence[str] = (),
    batch_size: int = 8,
    time_it: bool | None = None,
    data: str = "",
) -> dict[str, Any]:
    """Scores an exported network of a run as `evaluate` has scored the run, and adds what it finds to `metrics.json`.

    There it is the entry of the format's name in `exported`, so that what 8-bit integers cost, say, is one look at two
    values of delta_m.

    Args:
        run_dir: Directory of an evaluated run.
        exported: A name of a format that the run was exported to, such as `litert_int8`; or the directory of an export.
        references: Directories of single-task runs as for `evaluate`; without any there is no delta_m.
        batch_size: Images at a time, of one size.
        time_it: As for `evaluate`.
        data: Where the run's data is now, if it has moved.

    Returns:
        The entry: `tasks` by task with measure, value and unit, `delta_m`, and the export's `folder`, `step` and the
        digest of its `content`; the `milliseconds` that it takes for one photograph of the `image_size` that was
        trained on, or that it was exported for, with which `threads` and on which `machine`.

    Raises:
        FileNotFoundError: There is no such export, or the run was not evaluated.
        ValueError: It was exported from another step, or other weights, than was evaluated, or for images of another
            size.
    """
    run = Run.load(run_dir, TrainConfig, data)
    hosts = hosts_of(run)
    metrics = run.metrics
    served = load_served(files.join(run.path, exported) if exported in FORMATS else exported)
    _check_same(run, metrics, served)
    source = run.scored_split(metrics["split"])
    _check_sizes(served, source)
    scored = {name: metrics[name] for name in ("split", "fingerprint", "step")}
    single = reference_scores(run, references, scored) if references else {}
    scores = served_scores(served, source, scored_tasks(run.tasks), batch_size=batch_size, hosts=hosts)
    format = served.description.format
    found = {
        "folder": served.folder,
        "content": content_of(served.folder),
        "step": metrics["step"],
        "tasks": scores,
        "delta_m": _gain(scores, run.tasks, single),
    }

    def with_exported():
        earlier = metrics.get("exported", {})
        if time_it is not False:
            size, before = _timed_size(served, run.settings.image_size), earlier.get(format, {})
            known = before if time_it is None and before.get("content") == found["content"] else {}
            found.update(latency_record(size, lambda: latency_of(served, size), known))
        return metrics | {"exported": earlier | {format: found}}

    return written_by_chief(hosts.strategy, run.paths.metrics, with_exported, anew=True)["exported"][format]


def _check_same(run: Run, metrics: dict[str, Any], served: ServedNetwork) -> None:
    """Refuses an export of another network than that of the metrics."""
    names, made_by = [task.name for task in served.description.tasks], served.description.made_by
    weights = {content["weights"] for content in (metrics, made_by) if "weights" in content}
    if made_by["step"] != metrics["step"] or names != [task.name for task in run.tasks] or len(weights) > 1:
        other = " of other weights" if len(weights) > 1 else ""
        raise ValueError(
            f"`exported` must be an export of what {run.paths.metrics} holds the scores of, {[*metrics['tasks']]} at "
            f"step {metrics['step']}. Received: {served.folder} with {names} at step {made_by['step']}{other}."
        )


def _check_sizes(served: ServedNetwork, source: Source) -> None:
    for size in np.unique(image_sizes(source, range(len(source))), axis=0):
        served.check_size(tuple(map(int, size)))


def still_scored(
    run: Run, earlier: Mapping[str, Any], same: Mapping[str, Any], single: Mapping[str, tuple[str, dict[str, Any]]]
) -> dict[str, Any]:
    """Returns the scores of exports that still hold after a run is evaluated anew, with delta_m over its references.

    Args:
        run: The run.
        earlier: What its `metrics.json` was.
        same: Entries of it that must be as they were: what was scored on, and the weights.
        single: The references' scores by task; none where there are none.

    Returns:
        The entries by format, of those whose files are as they were, under the name `exported`; nothing without any.
    """
    found = {}
    if any(earlier.get(name) != value for name, value in same.items()):
        return {}
    for format, entry in earlier.get("exported", {}).items():
        places = entry["folder"], files.join(run.path, format)  # it is there also where the run was moved
        folder = next((place for place in places if content_of(place) == entry.get("content")), "")
        if folder:
            found[format] = entry | {"folder": folder, "delta_m": _gain(entry["tasks"], run.tasks, single)}
    return {"exported": found} if found else {}


def _gain(
    scores: Mapping[str, dict], tasks: Sequence[Task], single: Mapping[str, tuple[str, dict[str, Any]]]
) -> dict[str, Any] | None:
    """Returns delta_m over references; none where there are none, or an export is not scored on every task."""
    return gain(scores, single) if single and len(scores) == len(tasks) else None


def _timed_size(served: ServedNetwork, wanted: Sequence[int]) -> tuple[int, int]:
    size = (wanted[0], wanted[1])
    return size if served.takes(size) else served.sizes[0] or size


def scored_tasks(tasks: Sequence[Task]) -> list[Task]:
    """Returns the tasks whose predictions a measure can take."""
    return [task for task in tasks if task.kind.activation.encode is not None]


def served_scores(
    served: ServedNetwork,
    source: Source,
    tasks: Sequence[Task],
    *,
    batch_size: int = 1,
    indices: Sequence[int] | None = None,
    hosts: Hosts | None = None,
) -> dict[str, dict[str, Any]]:
    """Returns the scores of an exported network, as `score` gives them for a network.

    Args:
        served: The exported network.
        source: A split of sizes that it takes.
        tasks: The tasks to score, see `scored_tasks`.
        batch_size: Images at a time, of one size.
        indices: Numbers of the images to score on, all by default.
        hosts: Those that share the images; this one alone by default.
    """
    # It brings photographs up to the stride itself.
    network = _as_network(served, tasks)
    return score(network, source, tasks, stride=1, batch_size=batch_size, indices=indices, in_graph=False, hosts=hosts)


def _as_network(served: ServedNetwork, tasks: Sequence[Task]) -> Callable[..., dict[str, tf.Tensor]]:
    """Returns an exported network in the form of a trained one: images to outputs, the way back from predictions."""

    def network(images: tf.Tensor, training: bool) -> dict[str, tf.Tensor]:
        predictions = served(tf.cast(images, tf.uint8).numpy())
        values = {name: tf.constant(value) for name, value in predictions.items()}
        return {task.name: task.kind.activation.encode(values[task.name], task.channels) for task in tasks}

    return network
