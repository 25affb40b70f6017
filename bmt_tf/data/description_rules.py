"""Which settings a `dataset.json` may have, and what the value of each must be."""

import difflib
import json
from collections.abc import Mapping
from typing import Any

from bmt_tf.data.labels.label_format import LabelFormat
from bmt_tf.tasks import LabelKind
from bmt_tf.tasks.setting_rules import (
    ANYTHING,
    BYTE,
    FILE_NAME,
    TEXT,
    SettingRule,
    distinct,
    list_of,
    number,
    one_of,
    whole_number,
)

DESCRIPTION = "dataset.json"
NOTES = "notes"  # the setting that holds whatever the user likes
_OBJECT = SettingRule("an object", lambda value: isinstance(value, dict))
_FOLDER = SettingRule("the name of a folder", FILE_NAME.holds)
_NESTED = SettingRule(
    "the name of a folder",
    lambda value: isinstance(value, str) and all(_FOLDER.holds(part) for part in value.split("/")),
)
_TASKS = SettingRule(
    "an object with the settings of each task",
    lambda value: isinstance(value, dict) and bool(value) and all(isinstance(one, dict) for one in value.values()),
)
TOP = {
    "version": SettingRule("1", lambda value: value == 1 and isinstance(value, int) and not isinstance(value, bool)),
    "name": TEXT,
    "image": _OBJECT,
    "splits": distinct(list_of(_FOLDER, "a list of different names of folders")),
    "tasks": _TASKS,
    "camera": ANYTHING,
    NOTES: ANYTHING,
}
IMAGE = {
    "folder": _NESTED,
    "labels_drawn_on": one_of("upright", "stored"),
    "format": TEXT,
    "suffix": TEXT,
    NOTES: ANYTHING,
}
_TASK = {
    "kind": TEXT,
    "classes": distinct(list_of(TEXT, "a list of different names")),
    "channels": whole_number(1, 10_000),
    "colours": list_of(list_of(BYTE, "", 3), "a list of colours [red, green, blue], whole numbers from 0 to 255"),
    "weight": number(0),
    NOTES: ANYTHING,
}
_REQUIRED = ("version", "tasks")
_NEAR = 0.6  # how alike, 0 to 1, a setting must be to one that is known to be taken for it
# Names of a device in Windows, which no folder can have there.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def parsed(content: bytes, path: str) -> dict[str, Any]:
    """Returns the object in a JSON file; a name that occurs twice in an object is refused, as one would be lost."""

    def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            names = [name for name, _ in pairs]
            raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)!r} twice in one object")
        return values

    try:
        values = json.loads(content, object_pairs_hook=without_repetition)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: the file must be JSON. Received: {error}") from None
    if not isinstance(values, dict):
        raise ValueError(f"{path}: the file must hold an object whose `version` must be 1. Received: version=None.")
    return values


def of_task(kind: LabelKind, form: LabelFormat) -> dict[str, SettingRule]:
    """Returns the settings that a task of a kind may have."""
    unit = {"unit": TEXT} if kind.activation.has_unit else {}
    return _TASK | unit | dict(form.settings) | {setting.name: setting.rule for setting in kind.data_settings}


def check(values: dict[str, Any], rules: Mapping[str, SettingRule], where: str, path: str) -> None:
    """Raises where a setting is unknown, wrong or missing; `where` says whose settings they are."""
    of = f" of {where}" if where else ""
    for name in sorted(values.keys() - rules.keys()):
        # A table from the classes of this task to those of another is of use to the user only.
        if not where.startswith("task") or not name.startswith("to_"):
            _refuse_unknown(name, list(rules), of, path)
    for name, rule in rules.items():
        if (name in values or (not where and name in _REQUIRED)) and not rule.holds(values.get(name)):
            raise ValueError(f"{path}: `{name}`{of} must be {rule.words}. Received: {name}={_short(values.get(name))}.")


def check_task_names(names: list[str], image_folder: str, path: str) -> None:
    """Raises where tasks cannot stand side by side under their names, which are names of folders, in a split."""
    seen = {image_folder.lower(): image_folder}
    for name in names:
        if name.lower() in _DEVICES:
            raise ValueError(f"{path}: a task must not bear the name of a device. Received: {name!r}.")
        if name.lower() in seen:
            raise ValueError(
                f"{path}: a task must differ from the folder of photographs and from other tasks in more than small "
                f"and capital letters. Received: {name!r} and {seen[name.lower()]!r}."
            )
        seen[name.lower()] = name


def _refuse_unknown(name: str, known: list[str], of: str, path: str) -> None:
    near = difflib.get_close_matches(name, known, n=1, cutoff=_NEAR)
    meant = f"{near[0]!r}" if near else f"one of {', '.join(sorted(known))}"
    raise ValueError(
        f"{path}: a setting{of} must be {meant}; what is of use to you alone may stand in `{NOTES}`. "
        f"Received: {name!r}."
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."
