"""Label files of any kind: between a file and the label in memory, by the format of the task's kind."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from bmt_tf._discovery import values_in
from bmt_tf.data import labels
from bmt_tf.data.labels.label_format import LabelFormat
from bmt_tf.data.pixels import IMAGE_SUFFIXES, read_array
from bmt_tf.tasks import LabelKind, Task
from bmt_tf.tasks.registry import refuse_taken

# Function `(path, id, task)` from a label file, and the example it is asked for, to the label in the form of the task's
# kind, or None where the file has none. What it refuses names the file; see `refusals_named`.
LabelReader = Callable[[str, str, Task], np.ndarray | None]


@functools.cache
def _formats() -> dict[str, LabelFormat]:
    return {one.name: one for one in values_in(labels, "FORMAT")}


def register_label_format(new: LabelFormat, replace: bool = False) -> None:
    """Makes known how labels of a kind are read from files and written to them.

    Args:
        new: The format; its kind should be known too (`bmt_tf.tasks.register_kind`).
        replace: Whether it may take the place of another format of this kind, which is refused otherwise.
    """
    refuse_taken(_formats(), new, LabelFormat, replace)
    _formats()[new.name] = new


def format_of(kind: LabelKind) -> LabelFormat:
    """Returns how the files of a kind are read and written."""
    found = _formats().get(kind.name)
    if found is None or found.kind != kind:
        raise ValueError(
            f"`task` must be of one of the kinds {', '.join(_formats())} for its labels to lie in files. "
            f"Received: {kind}."
        )
    return found


def read_label(path: str, task: Task, encoding: Mapping[str, Any]) -> np.ndarray:
    """Returns the label of one image in the form of the task's kind.

    `path` is a `.png`, `.jpg`, `.npy` or `.mat` file; the settings of `encoding` are those of the kind's format, and
    `key` for `.mat` files. A file that cannot be read, or holds something else, is refused with its name.
    """
    form = format_of(task.kind)
    array = read_array(path, encoding.get("key", task.name), form.palette_indices)
    with refusals_named(path, task):
        return form.read(array, path.lower().endswith(IMAGE_SUFFIXES), task, encoding)


@contextlib.contextmanager
def refusals_named(path: str, task: Task) -> Iterator[None]:
    """Gives ValueErrors that go on from "a label of task ... must " this beginning, and the name of the file."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: a label of task {task.name!r} must {error}") from None


def label_bytes(label: np.ndarray, task: Task) -> tuple[str, bytes] | None:
    """Returns suffix and content of the file that `read_label` reads as this label; None where all is ignored."""
    write, ignored = format_of(task.kind).write, task.kind.is_ignored(label)
    return None if ignored.all() else write(label, ignored)
