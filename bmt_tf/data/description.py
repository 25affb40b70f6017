"""`dataset.json`: what a data folder says about itself."""

import dataclasses
import difflib
import json

from bmt_tf import _files as files
from bmt_tf.data.labels.reading import ENCODING_SETTINGS
from bmt_tf.tasks import EdgeScoring, Task, WeightedSigmoidCrossEntropy, get_task, task_names

# The known task whose loss, measure and head a task of another name takes over, by kind.
_MODELS = {
    "segmentation": "semseg",
    "saliency": "saliency",
    "edge": "edge",
    "depth": "depth",
    "normals": "normals",
    "scene": "scene",
    "attributes": "attributes",
}
_EDGE_MAX_DISTANCE = 0.011
_EDGE_POSITIVE_WEIGHT = 0.8


@dataclasses.dataclass(frozen=True)
class Description:
    """The content of a `dataset.json`, checked.

    Attributes:
        name: Name of the data set.
        image_folder: Folder of the images in each split.
        splits: Names of the splits.
        tasks: Task name -> `Task`.
        encodings: Task name -> settings by which its label files are read.
        content: The file's bytes.
    """

    name: str
    image_folder: str
    splits: tuple[str, ...]
    tasks: dict[str, Task]
    encodings: dict[str, dict]
    content: bytes


def read_description(root: str) -> Description:
    """Returns what the `dataset.json` of a data folder says.

    Args:
        root: The data folder.

    Returns:
        The description.

    Raises:
        FileNotFoundError: There is no `dataset.json`.
        ValueError: It is no JSON, of an unknown version, or describes a task wrongly.
    """
    path = files.join(root, "dataset.json")
    if not files.is_file(path):
        raise FileNotFoundError(f"A data folder must hold the file dataset.json. Received: data={root!r}.")
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
        image_folder=values.get("image", {}).get("folder", "image"),
        splits=tuple(values.get("splits", ("train", "val"))),
        tasks={name: task_from_settings(name, one, path) for name, one in settings.items()},
        encodings=settings,
        content=content,
    )


def task_from_settings(name: str, settings: dict, path: str) -> Task:
    """Returns the task that a data set's settings describe.

    A name that is registered (`semseg`, or the user's own) gives that task; any other name gives the usual task of
    its `kind`.

    Args:
        name: Name of the task, and of its label folder.
        settings: `kind`; `classes` (names) or `channels` (their number); `colours`, `weight`; for edges
            those of `with_edge_settings`; and the encoding.
        path: The file that says so, for messages.

    Returns:
        The task.

    Raises:
        ValueError: The kind is unknown or that of another task, or a setting is misspelt.
    """
    known = get_task(name) if name in task_names() else None
    kind = settings.get("kind", known and known.kind.name)
    if kind not in _MODELS or (known and kind != known.kind.name):
        allowed = repr(known.kind.name) if known else f"one of {sorted(_MODELS)}"
        raise ValueError(f"{path}: `kind` of task {name!r} must be {allowed}. Received: kind={kind!r}.")
    _refuse_misspelt(name, kind, settings, path)
    changes = {key: settings[key] for key in ("channels", "weight") if key in settings}
    if "classes" in settings:
        changes["classes"] = tuple(settings["classes"])
    if "colours" in settings:
        changes["colours"] = tuple(tuple(colour) for colour in settings["colours"])
    try:
        task = get_task(name if known else _MODELS[kind], name=name, **changes)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    return with_edge_settings(task, settings) if kind == "edge" else task


def with_edge_settings(task: Task, settings: dict) -> Task:
    """Returns an edge task with a data set's settings for loss and measure.

    Args:
        task: A task of kind `edge`; a loss or measure of the user's own is left as it is.
        settings: May hold `max_distance` (fraction of the diagonal), `thin_labels` and `positive_weight`.

    Returns:
        The task. Without a setting it gets that of NYUD-v2 (BMTAS, appendix A), not that of PASCAL-Context.
    """
    loss, measure = task.loss, task.measure
    if isinstance(loss, WeightedSigmoidCrossEntropy):
        loss = dataclasses.replace(loss, positive=settings.get("positive_weight", _EDGE_POSITIVE_WEIGHT))
    if isinstance(measure, EdgeScoring):
        measure = dataclasses.replace(
            measure,
            max_distance=settings.get("max_distance", _EDGE_MAX_DISTANCE),
            thin_labels=settings.get("thin_labels", measure.thin_labels),
        )
    return dataclasses.replace(task, loss=loss, measure=measure)


def _refuse_misspelt(name: str, kind: str, settings: dict, path: str):
    """Raises where a setting is nearly, but not quite, one that has an effect; others are the user's own notes."""
    known = {"kind", "classes", "channels", "colours", "weight", *ENCODING_SETTINGS[kind]}
    known |= {"max_distance", "thin_labels", "positive_weight"} if kind == "edge" else set()
    for setting in settings.keys() - known:
        meant = difflib.get_close_matches(setting, known, n=1, cutoff=0.8)
        if meant:
            raise ValueError(f"{path}: a setting of task {name!r} must be {meant[0]!r}. Received: {setting!r}.")
