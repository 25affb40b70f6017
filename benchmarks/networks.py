"""Benchmarks of whole networks: our training step against stock Keras, the input pipeline, the served tree, costs."""

import itertools
import statistics
import tempfile
import time

import keras
import numpy as np
import tensorflow as tf

from bmt_tf.costs import cost_table, model_cost
from bmt_tf.data import Augmentation, Scenes, training_batches
from bmt_tf.export.saved_model import write_saved_model
from bmt_tf.grouping import Grouping
from bmt_tf.layers import BatchNorm
from bmt_tf.models import build_branched, get_encoder
from bmt_tf.runs import TrainConfig
from bmt_tf.search import vanilla_grouping
from bmt_tf.training.train_loop import Trainer

TASKS = ("semseg", "depth", "normals", "edge")
BATCH = 8
STEPS, ROUNDS = 10, 5


def training(encoder: str, size: tuple[int, int]) -> list[tuple[str, str]]:
    """Returns the times of a training step: ours, and the same network of stock layers under `model.fit`.

    Args:
        encoder: Name of the encoder.
        size: Height and width of the images.
    """
    source = Scenes("train", 2 * BATCH, *size)
    rows = []
    for label, names in (("one task (semseg)", ("semseg",)), ("four tasks, shared", TASKS)):
        tasks = [source.tasks[name] for name in names]
        config = TrainConfig(run_dir="unused", data="scenes", tasks=names, encoder=encoder, image_size=size, steps=1000)
        grouping = Grouping.shared(names, get_encoder(encoder).block_names, encoder=encoder)
        batch = next(
            iter(
                training_batches(source, tasks, batch_size=BATCH, image_size=size, augmentation=Augmentation(), seed=0)
            )
        )
        trainer = Trainer(config, tuple(tasks), grouping)
        ours, stock = _rivals(trainer, tasks, batch)
        rows.append((f"{label}: our step", f"{1000 * ours:.0f} ms, {BATCH / ours:.0f} images a second"))
        rows.append(
            (f"{label}: stock Keras layers, `model.fit`", f"{1000 * stock:.0f} ms ({stock / ours:.2f} times ours)")
        )
    return rows


def _rivals(trainer: Trainer, tasks, batch) -> tuple[float, float]:
    """Returns the median times of our step and of a step of `fit`, run in turns, since a machine's speed drifts."""
    ours, stock = _our_steps(trainer, batch), _stock_steps(trainer.model, tasks, batch)
    ours(), stock()  # traces
    times = [(ours(), stock()) for _ in range(ROUNDS)]
    return tuple(statistics.median(itertools.chain.from_iterable(column)) for column in zip(*times, strict=True))


def _our_steps(trainer: Trainer, batch):
    """Returns a function that makes some steps and returns their times."""
    update = trainer.step_function(tf.distribute.get_strategy())

    def steps():
        times = []
        for _ in range(STEPS):
            started = time.perf_counter()
            losses, _ = update(batch)
            {name: float(loss) for name, loss in losses.items()}
            times.append(time.perf_counter() - started)
        return times

    return steps


def _stock_steps(model: keras.Model, tasks, batch):
    """Returns the like function for `fit` on the same network with Keras' own batch norm and optimizer."""
    twin = keras.models.clone_model(model, clone_function=_stock_layer, recursive=True)
    losses = {task.name: _stock_loss(task) for task in tasks}
    twin.compile(keras.optimizers.SGD(0.005, momentum=0.9), loss=losses, loss_weights={t.name: t.weight for t in tasks})
    labels = {task.name: tf.cast(batch["labels"][task.name], tf.float32) for task in tasks}
    data = tf.data.Dataset.from_tensors((batch["image"], labels)).repeat(STEPS)

    def steps():
        clock = _Clock()
        twin.fit(data, verbose=0, callbacks=[clock], shuffle=False)
        return clock.times[1:]

    return steps


class _Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.times = []

    def on_train_batch_begin(self, batch, logs=None):
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.times.append(time.perf_counter() - self._started)


def _stock_layer(layer):
    if isinstance(layer, BatchNorm):
        return keras.layers.BatchNormalization(momentum=layer.momentum, epsilon=layer.epsilon, name=layer.name)
    return layer.__class__.from_config(layer.get_config())


def _stock_loss(task):
    if task.kind.activation.categorical:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    return keras.losses.MeanAbsoluteError()


def pipeline(encoder: str, size: tuple[int, int]) -> list[tuple[str, str]]:
    """Returns how many images a second come out of the input pipeline once it is warm.

    Args:
        encoder: Has no part in it.
        size: Height and width of the images.
    """
    del encoder
    source = Scenes("train", 200, *size)
    tasks = [source.tasks[name] for name in TASKS]
    batches = iter(
        training_batches(source, tasks, batch_size=BATCH, image_size=size, augmentation=Augmentation.paper(), seed=0)
    )
    for _ in range(2 * len(source) // BATCH):
        next(batches)
    started, number = time.perf_counter(), 100
    for _ in range(number):
        next(batches)
    rate = number * BATCH / (time.perf_counter() - started)
    started = time.process_time()
    for index in range(20):
        source[index]
    rendered = 20 / (time.process_time() - started)
    return [
        ("images a second, four tasks, scaled, cropped, flipped", f"{rate:.0f}"),
        ("rendered images a second on one core", f"{rendered:.0f}"),
    ]


def serving(encoder: str, size: tuple[int, int]) -> list[tuple[str, str]]:
    """Returns the latency of served networks: separate ones, the shared one, and a tree of 85 % of their cost.

    Args:
        encoder: Name of the encoder.
        size: Height and width of the images.
    """
    definition, tasks, table, blocks = _problem(encoder, size, "multiply_adds")
    tree = vanilla_grouping(TASKS, blocks, table, 0.85 * table.single())
    singles = [(build_branched(definition, [task], Grouping.shared((task.name,), blocks)), [task]) for task in tasks]
    networks = {"separate networks": singles}
    for label, grouping in (("tree", tree), ("shared", Grouping.shared(TASKS, blocks))):
        networks[label] = [(build_branched(definition, tasks, grouping), tasks)]
    latency = {
        label: sum(_latency(model, its, definition.stride, size) for model, its in parts)
        for label, parts in networks.items()
    }
    counted = {
        label: sum(model_cost(model, "multiply_adds", size) for model, _ in parts) for label, parts in networks.items()
    }
    reference = "separate networks"
    return [
        (
            f"{label}: SavedModel, one photograph",
            f"{latency[label]:.1f} ms, {latency[label] / latency[reference]:.0%} of separate; multiply-adds "
            f"{counted[label] / counted[reference]:.0%}",
        )
        for label in networks
    ]


def costs(encoder: str, size: tuple[int, int]) -> list[tuple[str, str]]:
    """Returns the milliseconds of built networks beside those that the cost table adds up from their parts.

    Args:
        encoder: Name of the encoder.
        size: Height and width of the images.
    """
    definition, tasks, table, blocks = _problem(encoder, size, "milliseconds")
    together, half = [[0] * len(TASKS)], len(blocks) // 2
    trees = {
        "all shared": Grouping.shared(TASKS, blocks),
        "parted half way": Grouping.from_routing(
            TASKS, blocks, together * half + [range(len(TASKS))] * (len(blocks) - half)
        ),
        "parted after the stem": Grouping.separate(TASKS, blocks),
    }
    rows = []
    for label, grouping in trees.items():
        built = model_cost(build_branched(definition, tasks, grouping), "milliseconds", size)
        added = table.cost(grouping)
        rows.append(
            (
                f"{label}: built network, and sum of its parts in the table",
                f"{built:.1f} ms, {added:.1f} ms ({added / built - 1:+.0%})",
            )
        )
    return rows


def _problem(encoder: str, size: tuple[int, int], unit: str):
    """Returns the encoder, the tasks, what their trees cost, and the names of the blocks."""
    definition, known = get_encoder(encoder), Scenes("train", 1, *size).tasks
    tasks = [known[name] for name in TASKS]
    return definition, tasks, cost_table(definition, tasks, size, unit), definition.block_names


def _latency(model: keras.Model, tasks, stride: int, size: tuple[int, int]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        write_saved_model(folder, model, tasks, stride)
        loaded = tf.saved_model.load(folder)
        image = tf.constant(np.random.default_rng(0).integers(0, 256, (1, *size, 3)), tf.uint8)
        times = []
        for _ in range(33):
            started = time.perf_counter()
            {name: value.numpy() for name, value in loaded.signatures["serving_default"](image=image).items()}
            times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times[3:])
