"""One network per task, under the same settings: what BMN compares and delta_m refers to."""

import dataclasses
import os

from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.sharing_settings import SharingSettings
from bmt_tf.runs.weightings import ALONE
from bmt_tf.runs.widening_settings import WideningSettings
from bmt_tf.training.step_functions import StepFunctions
from bmt_tf.training.train_loop import train

_OF_SEVERAL = (SharingSettings, WideningSettings)  # settings that say nothing of a single task


def single_task_configs(config: TrainConfig) -> tuple[TrainConfig, ...]:
    """Returns the settings of each task's own network, to run in `<run_dir>/<task>`.

    What is about several tasks has no part in it: how they share, by a tree or softly, `updates`, and ways to weigh
    losses against each other.

    Source: BMN, section 3.1: the networks of the tasks are trained under the same conditions.
    """
    return tuple(
        dataclasses.replace(
            config,
            tasks=(name,),
            run_dir=os.path.join(config.run_dir, name),
            grouping="shared",
            updates="joint",
            weighting=config.weighting if config.weighting_choice.name in ALONE else "fixed",
            **{part.name: part.default for kind in _OF_SEVERAL for part in dataclasses.fields(kind)},
            loss_weights={key: value for key, value in config.loss_weights.items() if key == name},
            heads={key: value for key, value in config.heads.items() if key == name},
        )
        for name in config.tasks
    )


def train_singles(config: TrainConfig, only: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Trains one network per task, or goes on with those not finished yet.

    Finished ones are not trained again, but checked to be of the same settings. Networks that are alike but for their
    task's name, such as those of attributes, are trained by one traced step.

    Args:
        config: Settings with all tasks; each network runs in `<run_dir>/<task>`; how tasks share has no part in it.
        only: Tasks to train now, for instance to share the work between machines; all where none are given.

    Returns:
        The run directories of all tasks, in the order of the settings, trained now or not.

    Raises:
        ValueError: `only` names a task that the settings have not.
    """
    unknown = set(only) - set(config.tasks)
    if unknown:
        raise ValueError(f"`only` must name tasks among {config.tasks}. Received: {sorted(unknown)}.")
    singles, functions = single_task_configs(config), StepFunctions()
    for single in singles:
        if not only or single.tasks[0] in only:
            train(single, functions)
    return tuple(single.run_dir for single in singles)
