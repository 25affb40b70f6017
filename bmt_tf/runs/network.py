"""The data, the tree and the network that a run's settings name."""

import contextlib
import dataclasses
import os
from collections.abc import Iterator

import keras
import numpy as np

from bmt_tf.data import Augmentation, check_data, open_data, split_indices
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.source import Source
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched, get_encoder, load_pretrained
from bmt_tf.models.encoder import Encoder
from bmt_tf.tasks import Task
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.runs.config import RunConfig, TrainConfig
from bmt_tf.runs.run_directory import load_config, load_grouping

# Examples that are read before a training: a matter of seconds even for photographs of half a megapixel.
CHECKED_FILES, CHECKED_RENDERED = 1000, 8
SHOWN_PROBLEMS = 20


def open_split(config: RunConfig, split: str) -> tuple[Source, tuple[Task, ...]]:
    """Returns one split of a run's data, and the run's tasks with the weights it was told.

    Args:
        config: Settings of the run.
        split: `train` or `val`.

    Raises:
        ValueError: The data has no labels of a task.
    """
    source = open_data(config.data, split)
    missing = [name for name in config.tasks if name not in source.tasks]
    if missing:
        raise ValueError(
            f"`tasks` must be among those of {config.data!r}, {sorted(source.tasks)}. Received: {missing}."
        )
    tasks = (source.tasks[name] for name in config.tasks)
    return source, tuple(
        dataclasses.replace(task, weight=config.loss_weights.get(task.name, task.weight)) for task in tasks
    )


def refuse_faulty_data(source: Source, tasks: tuple[Task, ...]) -> None:
    """Reads the examples of a split, those of large ones in part, so that a faulty file ends a run before it begins.

    Args:
        source: The split.
        tasks: Tasks whose labels are looked at.

    Raises:
        ValueError: Files cannot be read, or labels do not fit; lists them.
    """
    limit = CHECKED_FILES if isinstance(source, FileSource) else CHECKED_RENDERED
    problems = check_data(source, tasks=[task.name for task in tasks], limit=limit)
    if problems:
        shown = "\n  ".join(str(problem) for problem in problems[:SHOWN_PROBLEMS])
        raise ValueError(
            f"`data` must be whole; scripts/check_data.py lists all that is not. Received: {source.name} "
            f"({source.split}) with {len(problems)} problems:\n  {shown}"
        )


def training_indices(config: RunConfig, source: Source) -> tuple[np.ndarray, np.ndarray]:
    """Returns the images that are trained on and those set aside, as sorted indices into the training split.

    Args:
        config: Settings `held_out` and `seed`.
        source: The training split.

    Raises:
        ValueError: Fewer than a batch would be left to train on.
    """
    if len(source) - config.held_out < config.batch_size:
        raise ValueError(
            f"`held_out` must leave at least a batch of {config.batch_size} of the {len(source)} training "
            f"images in {config.data!r}. Received: held_out={config.held_out}."
        )
    if config.held_out == 0:
        return np.arange(len(source)), np.arange(0)
    return split_indices(len(source), config.held_out, config.seed)


def augmentation(config: RunConfig) -> Augmentation:
    """Returns what is done to training images.

    Args:
        config: Settings `scales` and `flip`.
    """
    return Augmentation(scales=config.scales, flip=config.flip)


def make_encoder(config: RunConfig | ChoiceConfig) -> Encoder:
    """Returns the encoder that settings name.

    Args:
        config: Settings `encoder`, `output_stride`, `by_stage` and `folded`.
    """
    encoder = get_encoder(config.encoder, output_stride=config.output_stride)
    return (encoder.merged() if config.by_stage else encoder).folded(config.folded)


def resolve_grouping(config: TrainConfig, encoder: Encoder) -> Grouping:
    """Returns the tree of a run: a grouping read from a file, or one of the two extremes.

    Args:
        config: Settings `grouping`, `tasks` and `run_dir`.
        encoder: The encoder whose blocks are shared.

    Raises:
        ValueError: The file's encoder, blocks or tasks are not those of the run.
    """
    extremes = {"shared": Grouping.shared, "separate": Grouping.separate}
    if config.grouping in extremes:
        return extremes[config.grouping](config.tasks, encoder.block_names, encoder=encoder.name)
    grouping = load_grouping(config.grouping)
    expected = {"encoder": encoder.name, "blocks": encoder.block_names, "tasks": config.tasks}
    for name, value in expected.items():
        received = getattr(grouping, name)
        if received != value and received != "":
            raise ValueError(
                f"`grouping` must be made for the {name} of the run, {value}. "
                f"Received: {config.grouping} with {received}."
            )
    return grouping


def build_network(
    config: RunConfig, grouping: Grouping, tasks: tuple[Task, ...], plain_last_norm: bool = False
) -> keras.Model:
    """Returns the branched network of a run, with pretrained weights where it has any.

    Args:
        config: Settings of the run; `seed` decides the fresh weights.
        grouping: The tree.
        tasks: The tasks, in the order of `grouping`.
        plain_last_norm: Whether the last batch norm of each block goes without scale and shift, as in a search.
    """
    encoder = make_encoder(config)
    keras.utils.set_random_seed(config.seed)
    with dtype_policy(config):
        model = build_branched(encoder, tasks, grouping, config.image_size, plain_last_norm)
    if config.weights:
        load_pretrained(model, encoder, grouping, weights=config.weights)
    return model


def load_network(run_dir: str, step: int | None = None) -> tuple[keras.Model, TrainConfig, Grouping, int]:
    """Returns the trained network of a run, its settings, its tree, and the step it was trained to.

    Args:
        run_dir: Directory of a training run.
        step: Checkpoint to read; the newest whole one where none is given.

    Raises:
        FileNotFoundError: The run has no checkpoint.
    """
    config = load_config(run_dir, TrainConfig)
    grouping = load_grouping(os.path.join(run_dir, "grouping.json"))
    _, tasks = open_split(config, "train")
    model = build_network(dataclasses.replace(config, weights=""), grouping, tasks)
    restored = Checkpoints(run_dir, writes=False, model=model).restore(step)
    if restored is None:
        raise FileNotFoundError(f"There is no checkpoint in {run_dir}; it is written by scripts/train.py.")
    return model, config, grouping, restored


@contextlib.contextmanager
def dtype_policy(config: RunConfig) -> Iterator[None]:
    """Yields while layers are built with the number type of a run's activations.

    Args:
        config: Setting `bfloat16`.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if config.bfloat16 else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
