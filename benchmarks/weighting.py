"""What each way to weigh losses, and updates task by task, add to a training step."""

import dataclasses
import itertools
import statistics

import tensorflow as tf

from benchmarks.scene_problem import BATCH, TASKS
from benchmarks.timing import times
from benchmarks.topics import Settings
from bmt_tf.data import Augmentation, Scenes, training_batches
from bmt_tf.grouping import Grouping
from bmt_tf.models import get_encoder
from bmt_tf.runs import TrainConfig
from bmt_tf.runs.weightings import CONSTANT, WEIGHTINGS
from bmt_tf.training.train_loop import Trainer

STEPS, ROUNDS = 3, 3


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times of a step for four tasks that share everything, and for four that part half way."""
    encoder = get_encoder(settings.encoder)
    source = Scenes("train", 2 * BATCH, *settings.image_size)
    tasks = tuple(source.tasks[name] for name in TASKS)
    batch = next(
        iter(
            training_batches(
                source, tasks, batch_size=BATCH, image_size=settings.image_size, augmentation=Augmentation(), seed=0
            )
        )
    )
    plain = TrainConfig(
        run_dir="unused",
        data="scenes",
        tasks=TASKS,
        encoder=settings.encoder,
        image_size=settings.image_size,
        steps=1000,
    )
    # The constant ones differ by their numbers alone.
    ways = {"fixed weights": plain} | {
        name: dataclasses.replace(plain, weighting=name) for name in WEIGHTINGS if name not in CONSTANT
    }
    ways["updates in turn"] = dataclasses.replace(plain, updates="in_turn")
    middle = len(encoder.block_names) // 2
    routing = [[0] * len(TASKS)] * middle + [list(range(len(TASKS)))] * (len(encoder.block_names) - middle)
    trees = {
        "all shared": Grouping.shared(TASKS, encoder.block_names, encoder=encoder.name),
        "parted half way": Grouping.from_routing(TASKS, encoder.block_names, routing, encoder=encoder.name),
    }
    found = []
    for label, tree in trees.items():
        seconds = _medians({name: _step(Trainer(way, encoder, tasks, tree), batch) for name, way in ways.items()})
        first = seconds["fixed weights"]
        for name, value in seconds.items():
            ratio = "" if name == "fixed weights" else f" ({value / first:.2f} times fixed weights)"
            found.append((f"{label}: {name}", f"{1000 * value:.0f} ms{ratio}"))
    return found


def _step(trainer: Trainer, batch):
    """Returns a function that makes a step and waits for it."""
    update = trainer.step_function(tf.distribute.get_strategy())
    return lambda: [float(loss) for loss in update(batch)["losses"].values()]


def _medians(steps: dict) -> dict[str, float]:
    """Returns the median times of steps, which are made in turns, since a machine's speed drifts."""
    for step in steps.values():
        step()  # traces
    rounds = [{name: times(step, STEPS) for name, step in steps.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(itertools.chain.from_iterable(one[name] for one in rounds)) for name in steps}
