"""What a network must beat: the scores of the best prediction that is the same for every pixel of every image."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from bmt_tf.data import open_data
from bmt_tf.data.source import Source, with_only
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.tasks import Task
from bmt_tf.training.evaluation import score

PIXELS_PER_IMAGE = 500  # enough for a mean over the data set, few enough to hold
_CERTAIN = 20.0  # a logit whose sigmoid is 1 for every threshold
_DIRECTIONS = 300


def constant_scores(
    train: Source, scored: Source, tasks: Sequence[Task], *, images: int = 200, batch_size: int = 8
) -> dict[str, dict[str, Any]]:
    """Returns the scores of constant predictions, in the form of `score`.

    Args:
        train: The split whose labels the constants are computed from.
        scored: The split to score on.
        tasks: The tasks.
        images: How many images of `train` to look at, evenly spread over it.
        batch_size: Images at a time.
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

    return score(predict, with_only(scored, [task.name for task in tasks]), tasks, batch_size=batch_size)


def constant_scores_of_runs(run_dirs: Sequence[str], split: str = "val") -> dict[str, dict[str, Any]]:
    """Returns the scores of constant predictions for all tasks of some runs, as `constant_scores` does.

    Args:
        run_dirs: Directories of training runs on the same data.
        split: The split to score on.

    Raises:
        ValueError: The runs are of different data.
    """
    configs = [Run.load(run_dir, TrainConfig).settings for run_dir in run_dirs]
    data = sorted({config.data for config in configs})
    if len(data) != 1:
        raise ValueError(f"`run_dirs` must be runs on the same data. Received: runs on {data}.")
    names = dict.fromkeys(name for config in configs for name in config.tasks)
    train, scored = (open_data(data[0], name) for name in ("train", split))
    return constant_scores(train, scored, [train.tasks[name] for name in names])


def constant_outputs(source: Source, tasks: Sequence[Task], images: int = 200) -> dict[str, np.ndarray]:
    """Returns what a network would put out that knows the labels' distribution and does not look at the image.

    This is the most frequent class; everything for saliency and edges, whose measures choose their threshold; the
    commoner value of each attribute; the mean depth; the mean distribution of scenes; and of some hundred normals that
    occur, the one with the least mean angle to the others.

    Args:
        source: The split whose labels are looked at.
        tasks: The tasks.
        images: How many images to look at, evenly spread over the split.

    Returns:
        Task name -> float32 `[channels]`, in the form of a head's outputs.

    Raises:
        ValueError: A task has no label in these images.
    """
    source = with_only(source, [task.name for task in tasks])
    rng = np.random.default_rng(0)
    labelled: dict[str, list[np.ndarray]] = {task.name: [] for task in tasks}
    for index in np.unique(np.linspace(0, len(source) - 1, min(images, len(source))).round().astype(int)):
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
        outputs[task.name] = _CONSTANTS[task.kind.activation](values, task).astype(np.float32)
    return outputs


def gap_closed(value: float, constant: float, lower_is_better: bool) -> float:
    """Returns how far a score is on the way from the constant prediction (0) to a perfect one (1).

    Args:
        value: The score.
        constant: The score of the constant prediction.
        lower_is_better: Whether perfect is 0; otherwise it is 1.
    """
    perfect = 0.0 if lower_is_better else 1.0
    return (value - constant) / (perfect - constant)


def _elements(label: np.ndarray, task: Task, rng: np.random.Generator) -> np.ndarray:
    """Returns labelled elements of one label: `[n, channels]`, at most `PIXELS_PER_IMAGE` of a dense one."""
    rows = label.reshape(-1, label.shape[-1]) if task.kind.dense else label[None]
    ignored = np.isnan(rows) if np.isnan(task.kind.ignore) else rows == task.kind.ignore
    if not task.kind.dense:  # single attributes may be unknown
        return np.where(ignored, np.nan, rows)[~ignored.all(axis=1)]
    rows = rows[~ignored.any(axis=1)]
    return rows[rng.permutation(len(rows))[:PIXELS_PER_IMAGE]]


def _most_frequent(values: np.ndarray, task: Task) -> np.ndarray:
    return np.bincount(values[:, 0].astype(int), minlength=task.channels)


def _all_or_majority(values: np.ndarray, task: Task) -> np.ndarray:
    if task.kind.dense:
        return np.full(task.channels, _CERTAIN)
    return np.where(np.nanmean(values, axis=0) > 0.5, _CERTAIN, -_CERTAIN)


def _mean(values: np.ndarray, task: Task) -> np.ndarray:
    return values.mean(axis=0)


def _central_direction(values: np.ndarray, task: Task) -> np.ndarray:
    rng = np.random.default_rng(0)
    candidates = np.concatenate([rng.choice(values, _DIRECTIONS), values.mean(axis=0, keepdims=True)])
    candidates /= np.linalg.norm(candidates, axis=1, keepdims=True)
    cosines = np.clip(candidates @ rng.choice(values, 20 * _DIRECTIONS).T, -1, 1)
    return candidates[np.arccos(cosines).mean(axis=1).argmin()]


def _log_mean(values: np.ndarray, task: Task) -> np.ndarray:
    return np.log(values.mean(axis=0) + 1e-9)


_CONSTANTS: dict[str, Callable[[np.ndarray, Task], np.ndarray]] = {
    "argmax": _most_frequent,
    "sigmoid": _all_or_majority,
    "relu": _mean,
    "unit": _central_direction,
    "softmax": _log_mean,
}
