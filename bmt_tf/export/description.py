"""What a SavedModel says of itself: tasks, classes, colours and units, in a file beside the graph.

The file lies in `assets.extra/`, the place that TensorFlow keeps for files that the graph does not read, so it travels
with the model.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bmt_tf import _files as files
from bmt_tf.runs.paths import RunPaths
from bmt_tf.tasks import LabelKind, Task

FOLDER = "assets.extra"
FILE = "signature.json"
VERSION = 1


@dataclass(frozen=True)
class ServedTask:
    """A task as far as its predictions need it; can be drawn like a `Task`. Its kind is the predictions' form."""

    name: str
    kind: LabelKind
    channels: int
    classes: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]


def describe(
    tasks: Sequence[Task], *, stride: int, serve_size: tuple[int, ...] | None, made_by: dict[str, Any]
) -> dict[str, Any]:
    """Returns the description of a SavedModel, as JSON values that need no explanation.

    Inside, images are resized to `serve_size` (height and width, or the shorter side) or not at all, and padded to a
    multiple of `stride`; `made_by` says where the model comes from: versions, step, encoder and so on.
    """
    names = [task.name for task in tasks]
    return {
        "version": VERSION,
        "made_by": made_by,
        "input": {
            "name": "image",
            "dtype": "uint8",
            "shape": [None, None, None, 3],
            "values": "red, green, blue from 0 to 255; images of any size, one size per batch",
            "padded_to_multiple_of": stride,
            "resized_to": None if serve_size is None else list(serve_size),
        },
        "endpoints": {"serving_default": names, "serve": names, **{name: [name] for name in names}},
        "tasks": {task.name: _describe_task(task) for task in tasks},
    }


def _describe_task(task: Task) -> dict[str, Any]:
    kind = task.kind
    return {
        "kind": kind.name,
        "activation": kind.activation.name,
        "dense": kind.dense,
        "channels": task.channels,
        "dtype": kind.activation.dtype,
        "shape": [None, *kind.label_shape(task.channels, None, None)],
        "values": kind.activation.meaning,
        "unit": task.unit if kind.activation.has_unit else "",
        "classes": list(task.classes),
        "colours": [list(colour) for colour in task.colours],
    }


def write_description(saved_model: str, description: dict[str, Any]) -> None:
    """Writes the result of `describe` into the directory of a SavedModel."""
    files.write_json(_path(saved_model), description)


def find_saved_model(model_dir: str) -> str:
    """Returns the directory of a SavedModel of this package, given that itself or the run it was made from."""
    for path in (model_dir, RunPaths(model_dir).saved_model):
        if files.is_file(files.join(path, "saved_model.pb")):
            if not files.is_file(_path(path)):
                raise FileNotFoundError(
                    f"`model_dir` must be a SavedModel written by scripts/export.py. Received: {path} without its "
                    f"{FOLDER}/{FILE}."
                )
            return path
    raise FileNotFoundError(
        f"`model_dir` must hold a SavedModel; it is written by scripts/export.py. Received: model_dir={model_dir!r}."
    )


def read_tasks(saved_model: str) -> tuple[ServedTask, ...]:
    """Returns the tasks that the SavedModel in a directory predicts, in the order of the network."""
    path = _path(saved_model)
    try:
        content = json.loads(files.read_bytes(path))
    except json.JSONDecodeError as error:
        raise ValueError(f"`{path}` must be JSON. Received: {error}.") from error
    if content.get("version") != VERSION:
        raise ValueError(f"`{path}` must have the version {VERSION}. Received: {content.get('version')!r}.")
    return tuple(_read_task(name, entry) for name, entry in content["tasks"].items())


def _path(saved_model: str) -> str:
    return files.join(saved_model, FOLDER, FILE)


def _read_task(name: str, entry: dict[str, Any]) -> ServedTask:
    ignore = math.nan if entry["dtype"].startswith("float") else 255
    kind = LabelKind(entry["kind"], entry["dtype"], entry["dense"], ignore, entry["activation"])
    colours = tuple(tuple(colour) for colour in entry["colours"])
    return ServedTask(name, kind, entry["channels"], tuple(entry["classes"]), colours)
