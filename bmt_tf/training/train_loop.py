"""The training of a network of several tasks, from start or resumption to its last update."""

import contextlib
import dataclasses

import keras
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.grouping import Grouping
from bmt_tf.models import Encoder, SoftSharing
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.holding import held
from bmt_tf.runs.measured_weights import weights_begun_with
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
from bmt_tf.training.step_functions import StepFunctions
from bmt_tf.training.traced_update import TracedUpdate
from bmt_tf.training.updates import JointUpdate, UpdatesInTurn
from bmt_tf.training.warm_start import check_start, start_network
from bmt_tf.training.weighting.balanced import balanced_weights
from bmt_tf.training.weighting.measuring import measure
from bmt_tf.training.weighting.registry import make_weighting
from bmt_tf.training.widening.difficulty import RunningDifficulty
from bmt_tf.training.widening.growth import Growth, copy_network


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
    growth = Growth(run, max(run.saved_steps, default=0), chief) if config.widens else None
    begun, structure = growth.now if growth else (0, run.structure)
    epoch = max(1, len(run.training_images) // config.batch_size)
    with strategy.scope():
        trainer = Trainer(config, run.encoder, run.tasks, structure, epoch, begun)
        if not run.saved_steps:
            start_network(trainer.model, run)
    warn_of_lone_vectors(trainer.model, config.batch_size, strategy)
    checkpoints = Checkpoints(run.paths.checkpoints, chief, **trainer.tracked())
    start = checkpoints.restore() or 0
    check_same_start(strategy, run.path, start)
    if config.measures_weights:
        trainer.weighting.set(_balanced(run, trainer.model, strategy, start))
    while start < config.steps:
        start = _go_on(run, trainer, functions, strategy, checkpoints, start, growth)
        if start < config.steps:
            with strategy.scope():
                trainer = trainer.widened(growth.now.tree, start)
            checkpoints = Checkpoints(run.paths.checkpoints, chief, **trainer.tracked())
            checkpoints.save(start)


def _balanced(run: Run, network: keras.Model, strategy: tf.distribute.Strategy, start: int) -> list[float]:
    """Returns the weights that were measured on the run's first batches, before its first update."""

    def measure_weights():
        count = run.settings.weighting_choice.options["batches"]
        measured = measure(strategy, network, run.tasks, batches_of_replicas(run, strategy), count)
        return balanced_weights(run.tasks, measured)

    weights = weights_begun_with(run, strategy, measure_weights, anew=start == 0)
    return [weights[task.name] for task in run.tasks]


class Trainer:
    """A network, its optimizer and the function that updates it; built in the strategy's scope.

    Args:
        config: The settings.
        encoder: Its encoder.
        tasks: Its tasks, in the order of the structure's.
        structure: Its tree, or how its tasks share softly.
        epoch: Updates in an epoch.
        begun: Updates that were done before the tree was as it is, from which on the schedule counts.
        before: The trainer of that time; what it has learnt of losses goes on.

    Attributes:
        model: The network.
        weighting: The weights of the losses.
        difficulty: Which tasks find the same images hard; None where the tree does not grow.
        step: Number of updates done.
    """

    def __init__(
        self,
        config: TrainConfig,
        encoder: Encoder,
        tasks: tuple[Task, ...],
        structure: Grouping | SoftSharing,
        epoch: int = 1,
        begun: int = 0,
        before: "Trainer | None" = None,
    ):
        self.config, self.tasks, self._encoder, self._structure, self._begun = config, tasks, encoder, structure, begun
        pretrained = not config.start_from and not begun
        self.model = build_network(config, encoder, structure, tasks, pretrained=pretrained)
        if before is not None:
            self.weighting, self.difficulty = before.weighting, before.difficulty
        else:
            self.weighting = make_weighting(config.weighting_choice, tasks, epoch)
            self.difficulty = RunningDifficulty(len(tasks), config.widen_decay) if config.widens else None
        self.step = tf.Variable(
            begun, dtype=tf.int64, trainable=False, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA
        )
        self._schedule = make_schedule(dataclasses.replace(config, steps=config.steps - begun))
        self._optimizer = make_optimizer(config.optimizer, config.learning_rate, config.weight_decay)
        set_rates(self._optimizer, self.model, structure, config)

    def widened(self, tree: Grouping, begun: int) -> "Trainer":
        """Returns the trainer of a tree with one block more split, with a network that computes the same.

        The optimizer begins anew; `begun` updates are done. Source: Lu et al., published code.
        """
        wider = Trainer(self.config, self._encoder, self.tasks, tree, begun=begun, before=self)
        copy_network(self.model, wider.model, self._structure, tree)
        return wider

    def tracked(self) -> dict:
        """Returns what a checkpoint holds, by name."""
        own = {"model": self.model, "optimizer": self._optimizer, "step": self.step}
        more = {"weighting": self.weighting, "difficulty": self.difficulty}
        return own | {name: part.tracked() for name, part in more.items() if part is not None and part.tracked()}

    def state(self) -> list:
        """Returns the variables that a step reads or moves, in an order that like networks share."""
        parts = [part for part in (self.weighting, self.difficulty) if part is not None]
        kept = [variable for part in parts for variable in part.tracked().values()]
        return [*self.model.variables, *self._optimizer.variables, self.step, *kept]

    def step_function(self, strategy: tf.distribute.Strategy) -> TracedUpdate:
        """Returns the function that goes through one batch: global batch -> a report for `Progress`."""
        config, parts = self.config, (self.model, self.tasks, self.weighting, self._optimizer)
        if config.updates == "joint":
            updates = JointUpdate(*parts, by_image=self.difficulty is not None)
        else:
            updates = UpdatesInTurn(*parts)

        def update(batch):
            rate = self._schedule(self.step - self._begun)
            self._optimizer.learning_rate.assign(rate)
            done = updates(strategy, batch)
            self.weighting.learn(done.seen)
            if self.difficulty is not None:
                self.difficulty.learn(done.seen.by_image)
            self.step.assign_add(1)
            return done.report([task.name for task in self.tasks]) | {"learning_rate": rate}

        return TracedUpdate(update, xla=config.xla)


def _go_on(
    run: Run,
    trainer: Trainer,
    functions: StepFunctions,
    strategy: tf.distribute.Strategy,
    checkpoints: Checkpoints,
    start: int,
    growth: Growth | None,
) -> int:
    """Trains until the end, or until the tree has grown; returns how many updates are done."""
    config, chief = run.settings, is_chief(strategy)
    with strategy.scope():
        steps = functions.of(trainer, strategy)
    batches = batches_of_replicas(run, strategy, start)
    before = files.read_json(run.paths.training) if files.exists(run.paths.training) else {}
    with progress_of_run(run, lambda done: {"train": config.steps - done}, chief) as progress:
        progress.resume(start)
        for step in range(start + 1, config.steps + 1):
            progress.add(step, steps(next(batches)))
            looks = growth is not None and step < config.steps and growth.is_due(step)
            if looks or step % config.checkpoint_every == 0 or step == config.steps:
                progress.flush()  # Looks for losses that are not finite before the older checkpoints go.
                steps.settle()
                grown = looks and growth.look(step, trainer.difficulty)
                if not grown:
                    checkpoints.save(step)
                if chief:
                    files.write_json(run.paths.training, _summary(step, progress.timing, before))
                if grown:
                    return step  # its checkpoint is that of the network that goes on
    return config.steps


def _summary(step: int, timing: dict, before: dict) -> dict:
    """Returns the content of `training.json`: steps done, and the time they took in all parts of the run."""
    return {
        "steps": step,
        "seconds_per_step": timing["seconds_per_step"]["train"] or before.get("seconds_per_step"),
        "hours": before.get("hours", 0.0) + timing["seconds"]["train"] / 3600,
    }
