"""`dataset.json`: what a data folder says about itself."""

import dataclasses
import difflib
import json

from bmt_tf import _files as files
from bmt_tf.data.labels.label_files import format_of
from bmt_tf.tasks import KINDS, LabelKind, Task, get_task, task_names
from bmt_tf.tasks.data_settings import with_data_settings

DESCRIPTION = "dataset.json"
IMAGE_FOLDER = "image"  # in each split, where the description does not say another


@dataclasses.dataclass(frozen=True)
class Description:
    """The content of a `dataset.json`, checked."""

    name: str
    image_folder: str  # in each split
    splits: tuple[str, ...]
    tasks: dict[str, Task]
    encodings: dict[str, dict]  # task name -> settings by which its label files are read
    content: bytes


def read_description(root: str) -> Description:
    """Returns what the `dataset.json` of a data folder says."""
    path = files.join(root, DESCRIPTION)
    if not files.is_file(path):
        raise FileNotFoundError(f"A data folder must hold the file {DESCRIPTION}. Received: data={root!r}.")
    content = files.read_bytes(path)
    try:
        values = json.loads(content)
    except ValueError as error:
        raise ValueError(f"{path}: the file must be JSON. Received: {error}") from None
    if not isinstance(values, dict) or values.get("version") != 1:
        version = values.get("version") if isinstance(values, dict) else None
        raise ValueError(f"{path}: `version` must be 1. Received: version={version!r}.")
    settings = values.get("tasks")
    if not isinstance(settings, dict) or not settings or not all(isinstance(one, dict) for one in settings.values()):
        raise ValueError(f"{path}: `tasks` must map the name of each task to its settings. Received: {settings!r}.")
    return Description(
        name=str(values.get("name", "folder")),
        image_folder=values.get("image", {}).get("folder", IMAGE_FOLDER),
        splits=tuple(values.get("splits", ("train", "val"))),
        tasks={name: task_from_settings(name, one, path) for name, one in settings.items()},
        encodings=settings,
        content=content,
    )


def task_from_settings(name: str, settings: dict, path: str) -> Task:
    """Returns the task that a data set's settings describe.

    A name that is registered (`semseg`, or the user's own) gives that task; any other name gives the usual task of
    its `kind`. The settings are `kind`; `classes` (names) or `channels` (their number); `colours`, `weight`; those by
    which the kind changes loss and measure; and the encoding. `path` is the file that says so, for messages.
    """
    known = get_task(name) if name in task_names() else None
    kind = settings.get("kind", known and known.kind.name)
    if kind not in KINDS or (known and kind != known.kind.name):
        allowed = repr(known.kind.name) if known else f"one of {sorted(KINDS)}"
        raise ValueError(f"{path}: `kind` of task {name!r} must be {allowed}. Received: kind={kind!r}.")
    _refuse_misspelt(name, KINDS[kind], settings, path)
    changes = {key: settings[key] for key in ("channels", "weight") if key in settings}
    if "classes" in settings:
        changes["classes"] = tuple(settings["classes"])
    if "colours" in settings:
        changes["colours"] = tuple(tuple(colour) for colour in settings["colours"])
    try:
        task = get_task(name if known else KINDS[kind].usual_task, name=name, **changes)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    return with_data_settings(task, settings)


def _refuse_misspelt(name: str, kind: LabelKind, settings: dict, path: str):
    """Raises where a setting is nearly, but not quite, one that has an effect; others are the user's own notes."""
    known = {"kind", "classes", "channels", "colours", "weight", *format_of(kind).settings}
    known |= {setting.name for setting in kind.data_settings}
    for setting in settings.keys() - known:
        meant = difflib.get_close_matches(setting, known, n=1, cutoff=0.8)
        if meant:
            raise ValueError(f"{path}: a setting of task {name!r} must be {meant[0]!r}. Received: {setting!r}.")
