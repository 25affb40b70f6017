"""A training step: ours, that of stock Keras layers under `model.fit`, and PyTorch's where it is installed."""

import statistics
import time
from collections.abc import Callable

import keras
import tensorflow as tf

from benchmarks.peers import torch_layouts
from benchmarks.scene_problem import BATCH, TASKS, Training, training
from benchmarks.timing import in_turns
from benchmarks.topics import Settings
from bmt_tf.layers import BatchNorm, Conv2D
from bmt_tf.tasks import SoftmaxCrossEntropy

STEPS, ROUNDS = 10, 5
OURS = "our step"


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times of a step for one task and for four that share everything."""
    found = []
    for label, names in (("one task (semseg)", ("semseg",)), ("four tasks, shared", TASKS)):
        problem = training(settings, names)
        trainer = problem.trainer()
        rivals = {
            OURS: problem.steps(trainer, STEPS),
            "stock Keras layers, `model.fit`": _stock_steps(trainer.model, problem),
            **_torch_steps(settings.encoder, problem),
        }
        medians = {rival: statistics.median(taken) for rival, taken in in_turns(rivals, ROUNDS).items()}
        ours = medians[OURS]
        for rival, seconds in medians.items():
            beside = f"{BATCH / ours:.0f} images a second" if rival == OURS else f"{seconds / ours:.2f} times ours"
            found.append((f"{label}: {rival}", f"{1000 * seconds:.0f} ms, {beside}"))
    return found


def _torch_steps(encoder: str, problem: Training) -> dict[str, Callable[[], list[float]]]:
    """Returns the steps of PyTorch by the layout of its maps; none without it, or for another encoder."""
    layouts = torch_layouts(encoder)
    if not layouts:
        return {}
    from benchmarks.torch_network import steps

    return {name: steps(encoder, problem.tasks, problem.batch, last, STEPS) for name, last in layouts.items()}


def _stock_steps(model: keras.Model, problem: Training):
    """Returns the steps of `fit` on the same network with Keras' own convolutions, batch norm and optimizer."""
    tasks, batch = problem.tasks, problem.batch
    twin = keras.models.clone_model(model, clone_function=_stock_layer, recursive=True)
    losses = {task.name: _stock_loss(task) for task in tasks}
    twin.compile(keras.optimizers.SGD(0.005, momentum=0.9), loss=losses, loss_weights={t.name: t.weight for t in tasks})
    labels = {task.name: tf.cast(batch["labels"][task.name], tf.float32) for task in tasks}
    data = tf.data.Dataset.from_tensors((batch["image"], labels)).repeat(STEPS)

    def steps():
        clock = _Clock()
        twin.fit(data, verbose=0, callbacks=[clock], shuffle=False)
        return clock.times[1:]

    steps()  # traces
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
