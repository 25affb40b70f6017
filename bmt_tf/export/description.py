"""What an exported network says of itself: tasks, classes, colours, units, sizes, in a file that travels with it."""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bmt_tf import _files as files
from bmt_tf.tasks import LabelKind, Task

# A SavedModel keeps files that its graph does not read in a folder of its own; other formats have no such place.
FOLDER, FILE = "assets.extra", "signature.json"
VERSION = 2


@dataclass(frozen=True)
class ServedTask:
    """A task as far as its predictions need it; can be drawn like a `Task`. Its kind is the predictions' form."""

    name: str
    kind: LabelKind
    channels: int
    classes: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Description:
    """What is known of an exported network.

    Attributes:
        format: Name of the format.
        tasks: Its tasks, in the order of the network.
        sizes: Height and width of the images it was exported for, the fastest first; None stands for any size.
        made_by: Where it comes from: encoder, step, versions, how it compared.
    """

    format: str
    tasks: tuple[ServedTask, ...]
    sizes: tuple[tuple[int, int] | None, ...]
    made_by: dict[str, Any]


def describe(
    tasks: Sequence[Task],
    *,
    format: str,
    sizes: Sequence[tuple[int, int] | None],
    stride: int,
    serve_size: tuple[int, ...] | None,
    made_by: dict[str, Any],
) -> dict[str, Any]:
    """Returns the description of an exported network, as JSON values that need no explanation.

    It was exported to `format` for images of `sizes`. Inside, images are resized to `serve_size` (height and width, or
    the shorter side) or not at all, and padded to a multiple of `stride`; `made_by` says where the model comes from:
    versions, step, encoder and so on.
    """
    names = [task.name for task in tasks]
    return {
        "version": VERSION,
        "format": format,
        "made_by": made_by,
        "input": {
            "name": "image",
            "dtype": "uint8",
            "shape": [None, None, None, 3],
            "values": "red, green, blue from 0 to 255; one size per batch",
            "sizes": [size and list(size) for size in sizes],
            "padded_to_multiple_of": stride,
            "resized_to": None if serve_size is None else list(serve_size),
        },
        "entry_points": {"serve": names, **{name: [name] for name in names}},
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


def write_description(folder: str, description: dict[str, Any]) -> None:
    """Writes the result of `describe` into the folder of an exported network."""
    files.write_json(_place(folder), description)


def content_of(folder: str) -> str:
    """Returns the SHA-256 of the names and contents of all files of an exported network; nothing where none is."""
    digest = hashlib.sha256()

    def add(path: str, name: str) -> None:
        if files.is_folder(path):
            for below in files.file_names(path):
                add(files.join(path, below), f"{name}/{below}")
        else:
            content = files.read_bytes(path)
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)

    if not is_exported(folder):
        return ""
    add(folder, "")
    return digest.hexdigest()


def is_exported(folder: str) -> bool:
    """Returns whether an exported network with a description lies in a folder."""
    return files.is_file(_place(folder))


def read_description(folder: str) -> Description:
    """Returns what the exported network in a folder says of itself."""
    path = _place(folder)
    try:
        content = json.loads(files.read_bytes(path))
    except json.JSONDecodeError as error:
        raise ValueError(f"`{path}` must be JSON. Received: {error}.") from error
    if content.get("version") != VERSION:
        raise ValueError(
            f"`{path}` must have the version {VERSION}; scripts/export.py writes it anew. Received: "
            f"{content.get('version')!r}."
        )
    tasks = tuple(_read_task(name, entry) for name, entry in content["tasks"].items())
    sizes = tuple(size and tuple(size) for size in content["input"]["sizes"])
    return Description(content["format"], tasks, sizes, content["made_by"])


def _place(folder: str) -> str:
    if files.is_file(files.join(folder, "saved_model.pb")):
        return files.join(folder, FOLDER, FILE)
    return files.join(folder, FILE)


def _read_task(name: str, entry: dict[str, Any]) -> ServedTask:
    ignore = math.nan if entry["dtype"].startswith("float") else 255
    kind = LabelKind(entry["kind"], entry["dtype"], entry["dense"], ignore, entry["activation"])
    colours = tuple(tuple(colour) for colour in entry["colours"])
    return ServedTask(name, kind, entry["channels"], tuple(entry["classes"]), colours)
