"""`dataset.json`: what a data folder says about itself."""

import dataclasses

from bmt_tf import _files as files
from bmt_tf.data import description_rules as rules
from bmt_tf.data.description_rules import DESCRIPTION
from bmt_tf.data.labels.label_files import format_of
from bmt_tf.tasks import KINDS, Task, get_task, task_names
from bmt_tf.tasks.data_settings import with_data_settings

IMAGE_FOLDER = "image"  # in each split, where the description does not say another


@dataclasses.dataclass(frozen=True)
class Description:
    """The content of a `dataset.json`, checked."""

    name: str
    image_folder: str  # in each split
    drawn_on: str  # form of photographs on which labels were drawn: "upright", "stored", or empty where it is not said
    splits: tuple[str, ...]
    tasks: dict[str, Task]
    encodings: dict[str, dict]  # task name -> settings by which its label files are read
    content: bytes


def read_description(root: str, file: str = DESCRIPTION) -> Description:
    """Returns what the `dataset.json` of a data folder says; whatever is wrong with it is a ValueError."""
    path = files.join(root, file)
    if not files.is_file(path):
        raise FileNotFoundError(f"A data folder must hold the file {file}. Received: data={root!r}.")
    content = files.read_bytes(path)
    values = rules.parsed(content, path)
    rules.check(values, rules.TOP, "", path)
    image = values.get("image", {})
    rules.check(image, rules.IMAGE, "image", path)
    folder = image.get("folder", IMAGE_FOLDER)
    rules.check_task_names(list(values["tasks"]), folder, path)
    return Description(
        name=values.get("name", "folder"),
        image_folder=folder,
        drawn_on=image.get("labels_drawn_on", ""),
        splits=tuple(values.get("splits", ("train", "val"))),
        tasks={name: task_from_settings(name, one, path) for name, one in values["tasks"].items()},
        encodings=values["tasks"],
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
    if not isinstance(kind, str) or kind not in KINDS or (known and kind != known.kind.name):
        allowed = repr(known.kind.name) if known else f"one of {sorted(KINDS)}"
        raise ValueError(f"{path}: `kind` of task {name!r} must be {allowed}. Received: kind={kind!r}.")
    rules.check(settings, rules.of_task(KINDS[kind], format_of(KINDS[kind])), f"task {name!r}", path)
    changes = {key: settings[key] for key in ("channels", "weight", "unit") if key in settings}
    if "classes" in settings:
        changes["classes"] = tuple(settings["classes"])
    if "colours" in settings:
        changes["colours"] = tuple(tuple(colour) for colour in settings["colours"])
    try:
        task = get_task(name if known else KINDS[kind].usual_task, name=name, **changes)
        return with_data_settings(task, settings)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
