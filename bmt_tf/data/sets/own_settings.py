"""`tasks.json`: how a user changes tasks of a data set that lies in the form in which it is distributed.

The file lies in the data set's folder and has the form of a `dataset.json`: `version`, and `tasks` with the weight and
those settings by which the kind of a task changes its loss and measure, such as `standard_deviation` of depth or
`class_weights` of a segmentation. What is not said stays as it is.
"""

import dataclasses
from collections.abc import Mapping

from bmt_tf import _files as files
from bmt_tf.data import description_rules as rules
from bmt_tf.tasks import Task
from bmt_tf.tasks.data_settings import data_settings_of, with_data_settings
from bmt_tf.tasks.setting_rules import number

FILE = "tasks.json"


def with_own_settings(root: str, tasks: Mapping[str, Task]) -> dict[str, Task]:
    """Returns the tasks of a data set, changed as the user says in its folder.

    Args:
        root: The folder, local or remote.
        tasks: Task name -> task, as the data set has it.

    Raises:
        ValueError: The file is not of this form, or names a task or a setting that there is not.
    """
    path, changed = files.join(root, FILE), dict(tasks)
    if not files.is_file(path):
        return changed
    values = rules.parsed(files.read_bytes(path), path)
    rules.check(values, {name: rules.TOP[name] for name in ("version", "tasks", rules.NOTES)}, "", path)
    for name, settings in values["tasks"].items():
        if name not in tasks:
            raise ValueError(f"{path}: a task must be one of {', '.join(tasks)}. Received: {name!r}.")
        own = {setting.name: setting.rule for setting in tasks[name].kind.data_settings}
        allowed = {"weight": number(0), rules.NOTES: rules.TOP[rules.NOTES]} | own
        rules.check(settings, allowed, f"task {name!r}", path)
        try:
            task = with_data_settings(tasks[name], data_settings_of(tasks[name]) | settings)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        changed[name] = dataclasses.replace(task, weight=settings.get("weight", task.weight))
    return changed


def settings_content(root: str) -> bytes:
    """Returns the content of the file, none where there is no file: a part of what a source depends on."""
    path = files.join(root, FILE)
    return files.read_bytes(path) if files.is_file(path) else b""
