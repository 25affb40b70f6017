"""The settings by which a data set changes the loss and the measure of its tasks, as their kinds name them."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from bmt_tf.tasks.task import Task


def with_data_settings(task: Task, settings: Mapping[str, Any]) -> Task:
    """Returns a task with the settings of `dataset.json`, and its kind's defaults for those that are not there."""
    for setting in task.kind.data_settings:
        value = settings.get(setting.name, setting.default)
        part = getattr(task, setting.part)
        if value is not None and setting.field in _fields(part):
            if setting.per_class and len(value) != task.channels:
                raise ValueError(
                    f"`{setting.name}` of task {task.name!r} must have one entry for each of its {task.channels} "
                    f"classes. Received: {len(value)} entries."
                )
            changed = dataclasses.replace(part, **{setting.field: value})
            task = dataclasses.replace(task, **{setting.part: changed}, **setting.along)
    return task


def data_settings_of(task: Task) -> dict[str, Any]:
    """Returns the settings that `with_data_settings` takes to give a task the loss and the measure of this one."""
    parts = [(setting, getattr(task, setting.part)) for setting in task.kind.data_settings]
    values = {setting.name: getattr(part, setting.field) for setting, part in parts if setting.field in _fields(part)}
    # As JSON has them: lists, and none that is empty or not set.
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in ((), None)
    }


def _fields(part: Any) -> set[str]:
    if isinstance(part, type) or not dataclasses.is_dataclass(part):
        return set()
    return {field.name for field in dataclasses.fields(part)}
