"""The problem of the topics on whole networks: four tasks of the embedded scenes."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from benchmarks.timing import times
from benchmarks.topics import Settings
from bmt_tf.costs import CostTable, cost_table
from bmt_tf.data import Augmentation, Scenes, training_batches
from bmt_tf.grouping import Grouping
from bmt_tf.models import Encoder, get_encoder
from bmt_tf.runs import TrainConfig
from bmt_tf.tasks import Task

TASKS = ("semseg", "depth", "normals", "edge")
BATCH = 8


def problem(encoder: str, size: tuple[int, int], unit: str) -> tuple[Encoder, list[Task], CostTable]:
    """Returns the encoder, the tasks, and what their trees cost."""
    definition, known = get_encoder(encoder), Scenes("train", 1, *size).tasks
    tasks = [known[name] for name in TASKS]
    return definition, tasks, cost_table(definition, tasks, size, unit)


class Training(NamedTuple):
    """What a network is trained on: tasks, and a batch of theirs."""

    encoder: Encoder
    tasks: tuple[Task, ...]
    batch: Mapping[str, Any]
    config: TrainConfig

    def trainer(self, tree: Grouping | None = None, **changes):
        """Returns the `Trainer` of these tasks: of a tree, or of what changes of the run's settings say."""
        from bmt_tf.runs.network import resolve_structure
        from bmt_tf.training.train_loop import Trainer

        config = dataclasses.replace(self.config, **changes)
        return Trainer(config, self.encoder, self.tasks, tree or resolve_structure(config, self.encoder))

    def steps(self, trainer, number: int) -> Callable[[], list[float]]:
        """Returns a function that makes some steps of a trainer and returns the seconds of each; it has made one."""
        import tensorflow as tf

        update = trainer.step_function(tf.distribute.get_strategy())

        def step():
            return [float(loss) for loss in update(self.batch)["losses"].values()]

        step()  # traces
        return functools.partial(times, step, number)


def training(settings: Settings, names: tuple[str, ...] = TASKS) -> Training:
    """Returns what networks of some tasks are trained on."""
    size, encoder = settings.image_size, get_encoder(settings.encoder)
    source = Scenes("train", 2 * BATCH, *size)
    tasks = tuple(source.tasks[name] for name in names)
    form = {"batch_size": BATCH, "image_size": size, "augmentation": Augmentation(), "seed": 0}
    common = {"run_dir": "unused", "data": "scenes", "tasks": names, "encoder": settings.encoder, "image_size": size}
    batch = next(iter(training_batches(source, tasks, **form)))
    return Training(encoder, tasks, batch, TrainConfig(**common, steps=1000))
