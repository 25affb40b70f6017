"""The training of a network of several tasks, from start or resumption to its last update."""

import contextlib

import keras
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.grouping import Grouping
from bmt_tf.models import Encoder, SoftSharing
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.runs.chief_files import written_by_chief
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.holding import held
from bmt_tf.runs.network import build_network
from bmt_tf.runs.progress import progress_of_run
from bmt_tf.runs.run import Run
from bmt_tf.runs.strategy import check_same_start, is_chief, strategy_of_run
from bmt_tf.tasks import Task
from bmt_tf.training.batches import batches_of_replicas
from bmt_tf.training.lone_vectors import warn_of_lone_vectors
from bmt_tf.training.optimizers import make_optimizer
from bmt_tf.training.rates import set_rates
from bmt_tf.training.schedules import make_schedule
from bmt_tf.training.step_functions import StepFunctions, Steps
from bmt_tf.training.updates import JointUpdate, UpdatesInTurn
from bmt_tf.training.warm_start import check_start, start_network
from bmt_tf.training.weighting.balanced import balanced_weights
from bmt_tf.training.weighting.registry import make_weighting


def train(config: TrainConfig, functions: StepFunctions | None = None) -> str:
    """Trains a network of whatever kind, or goes on with a run that was stopped.

    Args:
        config: The settings; the same settings in the same directory resume the run.
        functions: The steps that were traced before, for several trainings in one process.

    Returns:
        The run directory, with `checkpoints`, `training.json` and, for a tree, `grouping.json`; scores are left to
        `evaluate`.
    """
    strategy = strategy_of_run(config)
    chief = is_chief(strategy)
    with held(config.run_dir) if chief else contextlib.nullcontext():
        run = Run.begin(config, writes=chief, check=check_start)
        _train(config, run, strategy, chief, functions or StepFunctions())
    return config.run_dir


def _train(
    config: TrainConfig, run: Run, strategy: tf.distribute.Strategy, chief: bool, functions: StepFunctions
) -> None:
    epoch = max(1, len(run.training_images) // config.batch_size)
    with strategy.scope():
        trainer = Trainer(config, run.encoder, run.tasks, run.structure, epoch)
        if not run.saved_steps:
            start_network(trainer.model, run)
    warn_of_lone_vectors(trainer.model, config.batch_size, strategy)
    checkpoints = Checkpoints(run.paths.checkpoints, chief, **trainer.tracked())
    start = checkpoints.restore() or 0
    check_same_start(strategy, run.path, start)
    if config.weighting_choice.name == "balanced":
        trainer.weighting.set(_balanced(run, trainer.model, strategy, start))
    if start < config.steps:
        with strategy.scope():
            steps = functions.of(trainer, strategy)
        _go_on(run, steps, strategy, checkpoints, start)


def _balanced(run: Run, network: keras.Model, strategy: tf.distribute.Strategy, start: int) -> list[float]:
    """Returns the weights that were measured on the run's first batches, before its first update."""
    if start == 0:
        count = run.settings.weighting_choice.options["batches"]
        measured = balanced_weights(strategy, network, run.tasks, batches_of_replicas(run, strategy), count)
        stored = written_by_chief(strategy, run.paths.weighting, lambda: measured, anew=True)
    else:
        stored = files.read_json(run.paths.weighting)
    return [stored[task.name]["weight"] for task in run.tasks]


class Trainer:
    """A network, its optimizer and the function that updates it; built in the strategy's scope.

    Args:
        config: The settings.
        encoder: Its encoder.
        tasks: Its tasks, in the order of the structure's.
        structure: Its tree, or how its tasks share softly.
        epoch: Updates in an epoch.

    Attributes:
        model: The network.
        weighting: The weights of the losses.
        step: Number of updates done.
    """

    def __init__(
        self,
        config: TrainConfig,
        encoder: Encoder,
        tasks: tuple[Task, ...],
        structure: Grouping | SoftSharing,
        epoch: int = 1,
    ):
        self.config, self.tasks = config, tasks
        self.model = build_network(config, encoder, structure, tasks, pretrained=not config.start_from)
        self.weighting = make_weighting(config.weighting_choice, tasks, epoch)
        self.step = tf.Variable(
            0, dtype=tf.int64, trainable=False, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA
        )
        self._schedule = make_schedule(config)
        self._optimizer = make_optimizer(config.optimizer, config.learning_rate, config.weight_decay)
        set_rates(self._optimizer, self.model, structure, config)

    def tracked(self) -> dict:
        """Returns what a checkpoint holds, by name."""
        own = {"model": self.model, "optimizer": self._optimizer, "step": self.step}
        return own | ({"weighting": self.weighting.tracked()} if self.weighting.tracked() else {})

    def state(self) -> list:
        """Returns the variables that a step reads or moves, in an order that like networks share."""
        kept = self.weighting.tracked().values()
        return [*self.model.variables, *self._optimizer.variables, self.step, *kept]

    def step_function(self, strategy: tf.distribute.Strategy):
        """Returns the function that goes through one batch: global batch -> a report for `Progress`."""
        kind = {"joint": JointUpdate, "in_turn": UpdatesInTurn}[self.config.updates]
        updates = kind(self.model, self.tasks, self.weighting, self._optimizer)

        @tf.function(jit_compile=self.config.xla or None)
        def update(batch):
            rate = self._schedule(self.step)
            self._optimizer.learning_rate.assign(rate)
            done = updates(strategy, batch)
            self.weighting.learn(done.seen)
            self.step.assign_add(1)
            return done.report([task.name for task in self.tasks]) | {"learning_rate": rate}

        return update


def _go_on(run: Run, steps: Steps, strategy, checkpoints: Checkpoints, start: int) -> None:
    config, chief = run.settings, is_chief(strategy)
    batches = batches_of_replicas(run, strategy, start)
    before = files.read_json(run.paths.training) if files.exists(run.paths.training) else {}
    with progress_of_run(run, lambda done: {"train": config.steps - done}, chief) as progress:
        progress.resume(start)
        for step in range(start + 1, config.steps + 1):
            progress.add(step, steps(next(batches)))
            if step % config.checkpoint_every == 0 or step == config.steps:
                progress.flush()  # Looks for losses that are not finite before the older checkpoints go.
                steps.settle()
                checkpoints.save(step)
                if chief:
                    files.write_json(run.paths.training, _summary(step, progress.timing, before))


def _summary(step: int, timing: dict, before: dict) -> dict:
    """Returns the content of `training.json`: steps done, and the time they took in all parts of the run."""
    return {
        "steps": step,
        "seconds_per_step": timing["seconds_per_step"]["train"] or before.get("seconds_per_step"),
        "hours": before.get("hours", 0.0) + timing["seconds"]["train"] / 3600,
    }
