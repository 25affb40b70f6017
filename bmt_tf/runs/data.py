"""What of its data a run uses, and that it can be used."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from absl import logging

from bmt_tf import _files as files
from bmt_tf.data import Augmentation, check_data, data_tasks, open_data, split_indices, split_names
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.opening import find_data_set
from bmt_tf.data.source import Source
from bmt_tf.runs.config import RunConfig
from bmt_tf.runs.settings import by_task
from bmt_tf.tasks import Task

# Examples that are read before a training: a matter of seconds even for photographs of half a megapixel.
CHECKED_FILES, CHECKED_RENDERED = 1000, 8
SHOWN_PROBLEMS = 20


def tasks_of(settings: RunConfig) -> tuple[Task, ...]:
    """Returns the run's tasks, as its data describes them, with the loss weights and the heads it was told."""
    weights = settings.loss_weights
    return tuple(
        dataclasses.replace(task, weight=weights.get(task.name, task.weight))
        for task in named_tasks(settings.data, settings.tasks, settings.heads)
    )


def named_tasks(data: str, names: Sequence[str], heads: Mapping[str, str]) -> tuple[Task, ...]:
    """Returns tasks by name, as their data describes them, with `heads` by task in place of those that it gives."""
    known = data_tasks(data)
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(f"`tasks` must be among those of {data!r}, {sorted(known)}. Received: {missing}.")
    return with_heads([known[name] for name in names], heads)


def with_heads(tasks: Sequence[Task], heads: Mapping[str, str]) -> tuple[Task, ...]:
    """Returns tasks with other heads, by task; `*` is for every task that is not named."""
    from bmt_tf.models.heads.registry import check_heads

    names = [task.name for task in tasks]
    heads = by_task(heads, names)
    unknown = sorted(heads.keys() - set(names))
    if unknown:
        raise ValueError(f"`heads` must name tasks among {names}, or none for all of these. Received: {unknown}.")
    changed = tuple(dataclasses.replace(task, head=heads.get(task.name, task.head)) for task in tasks)
    check_heads(changed)
    return changed


def place_of(data: str) -> str:
    """Returns a text that names the same data, if it is there, from every working directory."""
    try:
        found = find_data_set(data)
        absolute = data.removesuffix(found.place) + files.absolute(found.place)
        return absolute if find_data_set(absolute).data_set is found.data_set else data
    except FileNotFoundError:  # of data that is no folder
        return data


def is_there(data: str) -> bool:
    """Returns whether the folder that a text names is there; data that is no folder is not."""
    try:
        return files.exists(find_data_set(data).place)
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def saying_where(settings: RunConfig) -> Iterator[None]:
    """Adds to the error of data that is not found how to say where it is now."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"The data of {settings.run_dir} must be where the run was told, {settings.data!r}; where it has moved, "
            f"`data` (--data) says where it is now. Received: {error}"
        ) from error


def weights_content(weights: str) -> str:
    """Returns what pretrained weights are, wherever their file lies: their name, or a digest of the file."""
    if not files.is_file(weights):
        return weights
    return f"sha256:{hashlib.sha256(files.read_bytes(weights)).hexdigest()[:16]}"


def refuse_faulty(source: Source, tasks: tuple[Task, ...], data: str = "") -> None:
    """Reads the examples of a split, those of large ones in part, so that a faulty file ends a run before it begins.

    The other splits of `data`, on which the network is to be scored, are looked at as well where they are there.
    """
    _refuse_faulty_split(source, tasks)
    for split in split_names(data) if data else ():
        if split != source.split:
            try:
                other = open_data(data, split)
            except FileNotFoundError as error:
                logging.warning("Split %r is not looked at: %s", split, error)
            else:
                _refuse_faulty_split(other, tasks)


def _refuse_faulty_split(source: Source, tasks: tuple[Task, ...]) -> None:
    limit = CHECKED_FILES if isinstance(source, FileSource) else CHECKED_RENDERED
    found = check_data(source, tasks=[task.name for task in tasks], limit=limit)
    looked_at = min(limit, len(source))
    logging.info("Looked at %d of %d examples of %s (%s).", looked_at, len(source), source.name, source.split)
    problems = [problem for problem in found if problem.grave]
    for problem in found:
        if not problem.grave:
            logging.warning("%s", problem)
    if problems:
        shown = "\n  ".join(str(problem) for problem in problems[:SHOWN_PROBLEMS])
        raise ValueError(
            f"`data` must be whole; scripts/check_data.py lists all that is not. Received: {source.name} "
            f"({source.split}) with {len(problems)} problems:\n  {shown}"
        )


def training_indices(settings: RunConfig, source: Source) -> tuple[np.ndarray, np.ndarray]:
    """Returns the images that are trained on and those set aside, as sorted indices into the training split."""
    if len(source) - settings.held_out < settings.batch_size:
        raise ValueError(
            f"`held_out` must leave at least a batch of {settings.batch_size} of the {len(source)} training "
            f"images in {settings.data!r}. Received: held_out={settings.held_out}."
        )
    if settings.held_out == 0:
        return np.arange(len(source)), np.arange(0)
    return split_indices(len(source), settings.held_out, settings.seed)


def augmentation(settings: RunConfig) -> Augmentation:
    """Returns what is done to training images."""
    return Augmentation(scales=settings.scales, flip=settings.flip)
