"""Branched training: every task's loss on every batch, one update of all weights."""

import os

import keras
import tensorflow as tf

from bmt_tf.data import training_batches
from bmt_tf.grouping import Grouping
from bmt_tf.models import node_sharing
from bmt_tf.tasks import Task
from bmt_tf.training.checkpoints import Checkpoints
from bmt_tf.training.config import TrainConfig
from bmt_tf.training.optimizers import make_optimizer
from bmt_tf.training.progress import Progress
from bmt_tf.training.run_directory import begin_run, read_json, write_json
from bmt_tf.training.run_network import (
    augmentation,
    build_network,
    make_encoder,
    open_split,
    resolve_grouping,
    training_indices,
)
from bmt_tf.training.schedules import make_schedule
from bmt_tf.training.strategy import is_chief, make_strategy


def train(config: TrainConfig) -> str:
    """Trains a branched network, or goes on with a run that was stopped, and returns its run directory.

    Args:
        config: The settings; the same settings in the same directory resume the run.
    """
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    source, tasks = open_split(config, "train")
    indices, _ = training_indices(config, source)
    grouping = resolve_grouping(config, make_encoder(config))
    begin_run(config, grouping, {"name": source.name, "fingerprint": source.fingerprint()})

    strategy = make_strategy(config.replicas)
    with strategy.scope():
        trainer = Trainer(config, tasks, grouping)
    checkpoints = Checkpoints(config.run_dir, is_chief(strategy), **trainer.tracked())
    start = checkpoints.restore() or 0
    batches = strategy.experimental_distribute_dataset(training_batches(
        source, tasks, batch_size=config.batch_size, image_size=config.image_size, augmentation=augmentation(config),
        seed=config.seed, start=start, indices=indices,
    ))
    with Progress(config.run_dir, start, config.steps, config.log_every, is_chief(strategy)) as progress:
        _run(trainer, strategy, iter(batches), checkpoints, progress, start)
        if is_chief(strategy):
            _write_summary(config, progress)
    return config.run_dir


class Trainer:
    """A network, its optimizer and the function that updates it; built in the strategy's scope.

    Args:
        config: The settings.
        tasks: The tasks, in the order of `grouping`.
        grouping: The tree.
    """

    def __init__(self, config: TrainConfig, tasks: tuple[Task, ...], grouping: Grouping):
        self.config, self.tasks = config, tasks
        self.model = build_network(config, grouping, tasks)
        self.step = tf.Variable(0, dtype=tf.int64, trainable=False, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA)
        self._schedule = make_schedule(config)
        self._optimizer = make_optimizer(config.optimizer, config.learning_rate, config.weight_decay)
        shares = _shares(self.model, grouping) if config.divide_learning_rate else {}
        self._optimizer.set_up(self.model.trainable_variables, shares, config.decay_all)

    def tracked(self) -> dict:
        """Returns what a checkpoint holds, by name."""
        return {"model": self.model, "optimizer": self._optimizer, "step": self.step}

    def step_function(self, strategy: tf.distribute.Strategy):
        """Returns the function that does one update: global batch -> losses by task.

        Args:
            strategy: The strategy whose scope the trainer was built in.
        """

        @tf.function(jit_compile=self.config.xla or None)
        def update(batch):
            self._optimizer.learning_rate.assign(self._schedule(self.step))
            losses = strategy.run(self._replica_update, (batch,))
            self.step.assign_add(1)
            return {name: strategy.reduce("SUM", loss, axis=None) for name, loss in losses.items()}

        return update

    def _replica_update(self, batch) -> dict[str, tf.Tensor]:
        labels = batch["labels"]
        context = tf.distribute.get_replica_context()
        counts = {task.name: task.loss.counts(labels[task.name]) for task in self.tasks}
        if context.num_replicas_in_sync > 1:
            counts = context.all_reduce("SUM", counts)
        with tf.GradientTape() as tape:
            outputs = self.model(batch["image"], training=True)
            losses = {
                task.name: task.loss(outputs[task.name], labels[task.name], counts[task.name]) for task in self.tasks
            }
            total = tf.add_n([task.weight * losses[task.name] for task in self.tasks])
        variables = self.model.trainable_variables
        self._optimizer.apply_gradients(zip(tape.gradient(total, variables), variables, strict=True))
        return losses


def _run(trainer: Trainer, strategy, batches, checkpoints: Checkpoints, progress: Progress, start: int) -> None:
    update = trainer.step_function(strategy)
    config = trainer.config
    for step in range(start + 1, config.steps + 1):
        progress.add(step, update(next(batches)))
        if step % config.checkpoint_every == 0 or step == config.steps:
            progress.flush()  # Looks for losses that are not finite before the older checkpoints go.
            checkpoints.save(step)


def _shares(model: keras.Model, grouping: Grouping) -> dict[int, int]:
    """Returns the number of tasks that share each variable, by `id`."""
    return {
        id(variable): tasks
        for node, tasks in node_sharing(grouping).items()
        for variable in model.get_layer(node).trainable_variables
    }


def _write_summary(config: TrainConfig, progress: Progress) -> None:
    """Writes `training.json`: steps, time per step and hours, over all parts of the run."""
    path = os.path.join(config.run_dir, "training.json")
    before = read_json(path) if tf.io.gfile.exists(path) else {}
    write_json(path, {
        "steps": config.steps,
        "seconds_per_step": progress.seconds_per_step or before.get("seconds_per_step"),
        "hours": before.get("hours", 0.0) + progress.hours,
    })
