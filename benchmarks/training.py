"""A training step: ours, and that of the same network of stock Keras layers under `model.fit`."""

import itertools
import statistics
import time

import keras
import tensorflow as tf

from benchmarks.scene_problem import BATCH, TASKS
from benchmarks.timing import times
from benchmarks.topics import Settings
from bmt_tf.data import Augmentation, Scenes, training_batches
from bmt_tf.grouping import Grouping
from bmt_tf.layers import BatchNorm, Conv2D
from bmt_tf.models import get_encoder
from bmt_tf.runs import TrainConfig
from bmt_tf.tasks import SoftmaxCrossEntropy
from bmt_tf.training.train_loop import Trainer

STEPS, ROUNDS = 10, 5


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times of a step for one task and for four that share everything."""
    encoder, size = settings.encoder, settings.image_size
    source = Scenes("train", 2 * BATCH, *size)
    found = []
    for label, names in (("one task (semseg)", ("semseg",)), ("four tasks, shared", TASKS)):
        tasks = [source.tasks[name] for name in names]
        config = TrainConfig(run_dir="unused", data="scenes", tasks=names, encoder=encoder, image_size=size, steps=1000)
        definition = get_encoder(encoder)
        grouping = Grouping.shared(names, definition.block_names, encoder=encoder)
        batches = training_batches(
            source, tasks, batch_size=BATCH, image_size=size, augmentation=Augmentation(), seed=0
        )
        ours, stock = _rivals(Trainer(config, definition, tuple(tasks), grouping), tasks, next(iter(batches)))
        found.append((f"{label}: our step", f"{1000 * ours:.0f} ms, {BATCH / ours:.0f} images a second"))
        found.append(
            (f"{label}: stock Keras layers, `model.fit`", f"{1000 * stock:.0f} ms ({stock / ours:.2f} times ours)")
        )
    return found


def _rivals(trainer: Trainer, tasks, batch) -> tuple[float, float]:
    """Returns the median times of our step and of a step of `fit`, run in turns, since a machine's speed drifts."""
    ours, stock = _our_steps(trainer, batch), _stock_steps(trainer.model, tasks, batch)
    ours(), stock()  # traces
    rounds = [(ours(), stock()) for _ in range(ROUNDS)]
    return tuple(statistics.median(itertools.chain.from_iterable(column)) for column in zip(*rounds, strict=True))


def _our_steps(trainer: Trainer, batch):
    """Returns a function that makes some steps and returns their times."""
    update = trainer.step_function(tf.distribute.get_strategy())

    def step():
        return {name: float(loss) for name, loss in update(batch)["losses"].items()}

    return lambda: times(step, STEPS)


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
    kind = keras.layers.Conv2D if isinstance(layer, Conv2D) else type(layer)
    return kind.from_config(layer.get_config())


def _stock_loss(task):
    if isinstance(task.loss, SoftmaxCrossEntropy):
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    return keras.losses.MeanAbsoluteError()
