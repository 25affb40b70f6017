"""What a network must beat: the scores of the best prediction that is the same for every pixel of every image."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf._cache import kept_file, key_of
from bmt_tf.data import evenly_spread
from bmt_tf.data.source import Source, state_of, with_only
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.runs.scoring import score
from bmt_tf.tasks import Task

PIXELS_PER_IMAGE = 500  # enough for a mean over the data set, few enough to hold
_UNASKED = ("loss", "weight", "head", "colours")  # of a task, what has no part in the score of a constant


def constant_scores(
    train: Source, scored: Source, tasks: Sequence[Task], *, images: int = 200, batch_size: int = 8
) -> dict[str, dict[str, Any]]:
    """Returns the scores of constant predictions by task, as in `metrics.json`: measure, value, unit, images and so on.

    Args:
        train: The split whose labels the constants are computed from.
        scored: The split to score on.
        tasks: The tasks to score, which both splits must have.
        images: How many images of `train` to look at, evenly spread over it.
        batch_size: Images that are scored at a time; more need more memory.
    """
    outputs = constant_outputs(train, tasks, images)

    def predict(image: tf.Tensor, training: bool) -> dict[str, tf.Tensor]:
        shape = tf.shape(image)
        return {
            task.name: tf.broadcast_to(
                outputs[task.name], tf.concat([shape[: 3 if task.kind.dense else 1], [task.channels]], 0)
            )
            for task in tasks
        }

    # No image is looked at: none needs to be a multiple of a stride.
    return score(predict, scored, tasks, stride=1, batch_size=batch_size)


def constant_scores_of_runs(run_dirs: Sequence[str], split: str = "val", data: str = "") -> dict[str, dict[str, Any]]:
    """Returns the scores of constant predictions for all tasks of some runs, as `constant_scores` does.

    They are kept between processes, see `bmt_tf._cache`, and computed anew once a file of the data, a task or the code
    that computes them is another.

    Args:
        run_dirs: Directories of training runs on the same data, evaluated or not.
        split: The split to score on; the constants are those of the training split.
        data: Where the runs' data is now, if it has moved.

    Raises:
        ValueError: The runs are of different data.
    """
    runs = [Run.load(run_dir, TrainConfig, data) for run_dir in run_dirs]
    for run in runs[:1]:
        run.use_threads()
    for run in runs:
        if run.contents["data"] != runs[0].contents["data"]:
            places = sorted({run.settings.data for run in runs})
            raise ValueError(f"`run_dirs` must be runs on the same data. Received: runs on {places}.")
    names = dict.fromkeys(name for run in runs for name in run.settings.tasks)
    train, scored = (runs[0].scored_split(name) for name in ("train", split))
    tasks = [train.tasks[name] for name in names]
    key = _key(runs[0], (train, scored), tasks)
    if not key:
        return constant_scores(train, scored, tasks)
    name = f"{key}.json"

    def make(folder: str) -> None:
        files.write_json(files.join(folder, name), constant_scores(train, scored, tasks))

    return json.loads(kept_file("constant_scores", name, make))


def _key(run: Run, splits: Sequence[Source], tasks: Sequence[Task]) -> str:
    """Returns the name under which the scores of constants are kept; nothing where a change could go unnoticed."""
    states = [state_of(split) for split in splits]
    sizes = run.settings.load_size, run.resized_inside
    asked = [{name: value for name, value in vars(task).items() if name not in _UNASKED} for task in tasks]
    return key_of(states, sizes, asked) if all(states) else ""


def constant_outputs(source: Source, tasks: Sequence[Task], images: int = 200) -> dict[str, np.ndarray]:
    """Returns what a network would put out that knows the labels' distribution and does not look at the image.

    Per task this is float32 `[channels]`, in the form of a head's outputs: the best constant of the activation of its
    kind, from `images` images that are evenly spread over the split.
    """
    source = with_only(source, [task.name for task in tasks])
    rng = np.random.default_rng(0)
    labelled: dict[str, list[np.ndarray]] = {task.name: [] for task in tasks}
    for index in evenly_spread(len(source), images):
        for name, label in source[int(index)]["labels"].items():
            labelled[name].append(_elements(label, source.tasks[name], rng))
    outputs = {}
    for task in tasks:
        values = np.concatenate(labelled[task.name])
        if not len(values):
            raise ValueError(
                f"`source` must have labels of task {task.name!r}. Received: {source.name!r} "
                f"({source.split}) without any in {len(labelled[task.name])} images."
            )
        best = task.kind.activation.constant(values, task.channels, task.kind.dense)
        outputs[task.name] = best.astype(np.float32)
    return outputs


def gap_closed(value: float, constant: float, lower_is_better: bool) -> float:
    """Returns how far a score is on the way from the constant prediction (0) to a perfect one (1).

    Args:
        value: The score, in the unit of its measure.
        constant: The score of the constant prediction in the same measure; NaN comes back where it is perfect.
        lower_is_better: Whether perfect is 0; otherwise it is 1.
    """
    perfect = 0.0 if lower_is_better else 1.0
    return (value - constant) / (perfect - constant) if constant != perfect else float("nan")


def _elements(label: np.ndarray, task: Task, rng: np.random.Generator) -> np.ndarray:
    """Returns labelled elements of one label: `[n, channels]`, at most `PIXELS_PER_IMAGE` of a dense one."""
    rows = label.reshape(-1, label.shape[-1]) if task.kind.dense else label[None]
    ignored = task.kind.is_ignored(rows)
    if not task.kind.dense:  # single attributes may be unknown
        return np.where(ignored, np.nan, rows)[~ignored.all(axis=1)]
    rows = rows[~ignored.any(axis=1)]
    return rows[rng.permutation(len(rows))[:PIXELS_PER_IMAGE]]
