"""The traced steps of trainers: networks that are alike are trained one after another by one trace."""

import dataclasses
from typing import Protocol

import tensorflow as tf

from bmt_tf.runs.config import TrainConfig
from bmt_tf.tasks import Task
from bmt_tf.training.traced_update import TracedUpdate


class Trainer(Protocol):
    """What is trained: see `train_loop.Trainer`."""

    config: TrainConfig
    tasks: tuple[Task, ...]

    def state(self) -> list:
        """Returns the variables that a step reads or moves."""
        ...

    def step_function(self, strategy: tf.distribute.Strategy) -> TracedUpdate:
        """Returns the function that goes through one batch."""
        ...


class StepFunctions:
    """The steps that were traced in this process, to be taken again where a like network is trained.

    Tracing a step takes seconds, which is most of the time of forty short trainings. Networks of a single task are
    alike if their settings are and their tasks differ in name, and so in what their classes are called, alone. Nothing
    is kept but the last network of each kind.
    """

    def __init__(self):
        self._traced: list[tuple[tuple, Trainer, TracedUpdate]] = []

    def of(self, trainer: Trainer, strategy: tf.distribute.Strategy) -> "Steps":
        """Returns the steps of a trainer, traced now or before.

        Args:
            trainer: What is trained.
            strategy: Where; the same for all trainers.
        """
        form = _form(trainer)
        for other, owner, update in self._traced:
            if other == form:
                return Steps(trainer, owner, update)
        update = trainer.step_function(strategy)
        if len(trainer.tasks) == 1:
            self._traced.append((form, trainer, update))
        return Steps(trainer, trainer, update)


class Steps:
    """The function that goes through one batch, global batch -> a report for `Progress`, of one trainer.

    Args:
        trainer: What is trained.
        owner: Whose variables the step moves: its own, or those of a like trainer, into which its values are brought.
        update: The step.
    """

    def __init__(self, trainer: Trainer, owner: Trainer, update: TracedUpdate):
        self._trainer, self._owner, self._update = trainer, owner, update
        self._names = list(zip([t.name for t in trainer.tasks], [t.name for t in owner.tasks], strict=True))
        if owner is not trainer:
            _assign(owner.state(), trainer.state())

    def __call__(self, batch) -> dict:
        """Updates by a global batch; the trainer's own variables have what came of it after `settle` only."""
        if self._owner is self._trainer:
            return self._update(batch)
        labels = {theirs: batch["labels"][ours] for ours, theirs in self._names}
        report = self._update(batch | {"labels": labels})
        return {_renamed(key, self._names): _renamed(value, self._names) for key, value in report.items()}

    def settle(self) -> None:
        """Brings what the updates have moved into the trainer's own variables."""
        if self._owner is not self._trainer:
            _assign(self._trainer.state(), self._owner.state())


def _form(trainer: Trainer) -> tuple:
    """Returns what a trace depends on."""
    names = {field.name for field in dataclasses.fields(trainer.config)} - {"run_dir", "tasks", "loss_weights"}
    settings = {name: getattr(trainer.config, name) for name in sorted(names)}
    tasks = [dataclasses.replace(task, name="task", classes=(), colours=()) for task in trainer.tasks]
    return settings, tasks, [(variable.shape, variable.dtype) for variable in trainer.state()]


def _assign(variables: list, values: list) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value.numpy())


def _renamed(value, names: list[tuple[str, str]]):
    """Returns a report's key, or the values by task below it, with our names for theirs."""
    if isinstance(value, dict):
        return {ours: value[theirs] for ours, theirs in names}
    if isinstance(value, str):
        return next((f"weight_{ours}" for ours, theirs in names if value == f"weight_{theirs}"), value)
    return value
