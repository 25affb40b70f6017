"""What a SavedModel says of itself: tasks, classes, colours and units, in a file beside the graph.

The file lies in `assets.extra/`, the place that TensorFlow keeps for files that the graph does not read, so it travels
with the model.
"""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bmt_tf import _files as files
from bmt_tf.tasks import LabelKind, Task

FOLDER = "assets.extra"
FILE = "signature.json"
VERSION = 1
# What the numbers of a prediction are, by the activation that made them.
_MEANING = {
    "argmax": "number of the class",
    "sigmoid": "probability",
    "relu": "length",
    "unit": "unit vector",
    "softmax": "probability",
}


@dataclass(frozen=True)
class ServedTask:
    """A task as far as its predictions need it; can be drawn like a `Task`.

    Args:
        name: Name of the task, of its endpoint and of its output.
        kind: Form of the predictions.
        channels: Number of channels of the head.
        classes: Names of the classes or attributes; may be empty.
        colours: Red, green and blue per class; may be empty.
    """

    name: str
    kind: LabelKind
    channels: int
    classes: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]


def describe(
    tasks: Sequence[Task], *, stride: int, serve_size: tuple[int, int] | None, made_by: dict[str, Any]
) -> dict[str, Any]:
    """Returns the description of a SavedModel, as JSON values that need no explanation.

    Args:
        tasks: The tasks, in the order of the network.
        stride: What images are padded to a multiple of, inside.
        serve_size: Height and width to which images are resized inside, or None.
        made_by: Where the model comes from: versions, step, encoder and so on.

    Returns:
        A dict for `write_description`.
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
        "activation": kind.activation,
        "dense": kind.dense,
        "channels": task.channels,
        "dtype": "uint8" if kind.activation == "argmax" else "float32",
        "shape": [None, *kind.label_shape(task.channels, None, None)],
        "values": _MEANING[kind.activation],
        "unit": task.unit if kind.activation == "relu" else "",
        "classes": list(task.classes),
        "colours": [list(colour) for colour in task.colours],
    }


def write_description(saved_model: str, description: dict[str, Any]) -> None:
    """Writes the description into a SavedModel.

    Args:
        saved_model: Directory of the SavedModel.
        description: Result of `describe`.
    """
    import tensorflow as tf

    tf.io.gfile.makedirs(os.path.join(saved_model, FOLDER))
    with tf.io.gfile.GFile(os.path.join(saved_model, FOLDER, FILE), "w") as file:
        file.write(json.dumps(description, indent=1) + "\n")


def find_saved_model(model_dir: str) -> str:
    """Returns the directory of a SavedModel, given that itself or the run it was made from.

    Args:
        model_dir: A SavedModel of this package, or a run directory that holds one.

    Raises:
        FileNotFoundError: There is none, or it was made by something else.
    """
    for path in (model_dir, os.path.join(model_dir, "saved_model")):
        if files.is_file(os.path.join(path, "saved_model.pb")):
            if not files.is_file(os.path.join(path, FOLDER, FILE)):
                raise FileNotFoundError(
                    f"`model_dir` must be a SavedModel written by scripts/export.py. Received: {path} without its "
                    f"{FOLDER}/{FILE}."
                )
            return path
    raise FileNotFoundError(
        f"`model_dir` must hold a SavedModel; it is written by scripts/export.py. Received: model_dir={model_dir!r}."
    )


def read_tasks(saved_model: str) -> tuple[ServedTask, ...]:
    """Returns the tasks that a SavedModel predicts, in the order of the network.

    Args:
        saved_model: Directory of the SavedModel.

    Raises:
        ValueError: The description is no JSON or of another version.
    """
    path = os.path.join(saved_model, FOLDER, FILE)
    try:
        content = json.loads(files.read_bytes(path))
    except json.JSONDecodeError as error:
        raise ValueError(f"`{path}` must be JSON. Received: {error}.") from error
    if content.get("version") != VERSION:
        raise ValueError(f"`{path}` must have the version {VERSION}. Received: {content.get('version')!r}.")
    return tuple(_read_task(name, entry) for name, entry in content["tasks"].items())


def _read_task(name: str, entry: dict[str, Any]) -> ServedTask:
    ignore = math.nan if entry["dtype"].startswith("float") else 255
    kind = LabelKind(entry["kind"], entry["dtype"], entry["dense"], ignore, entry["activation"])
    colours = tuple(tuple(colour) for colour in entry["colours"])
    return ServedTask(name, kind, entry["channels"], tuple(entry["classes"]), colours)
