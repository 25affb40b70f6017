"""What data sets have in common whose splits are lists of ids, with one folder of images and some of labels."""

import collections
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bmt_tf import _files as files
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.labels.label_files import LabelReader
from bmt_tf.data.pixels import IMAGE_SUFFIXES
from bmt_tf.data.sets.folder import by_id, unused_in
from bmt_tf.data.sets.own_settings import settings_content
from bmt_tf.tasks import Task


@dataclass(frozen=True)
class LabelFolders:
    """Where the labels of a task lie, and how they are read.

    Args:
        folders: Folders below that of the data set; a file in an earlier one goes before one in a later.
        suffixes: Suffixes of the files in lower case.
        encoding: As for `FileSource`.
    """

    folders: tuple[str, ...]
    suffixes: tuple[str, ...]
    encoding: Mapping[str, Any] | LabelReader

    def found(self, root: str) -> dict[str, str]:
        """Returns id -> file, with the folder's ids in no particular order."""
        paths: dict[str, str] = {}
        for folder in reversed(self.folders):
            paths |= by_id(files.join(root, folder), self.suffixes)
        return paths

    def unused(self, root: str, task_name: str) -> list[tuple[str, str]]:
        """Returns the files that are no labels of this task, and why."""
        what = f"a label of task {task_name!r}"
        return [one for folder in self.folders for one in unused_in(files.join(root, folder), self.suffixes, what)]


class Listed(FileSource):
    """One split of such a data set.

    Args:
        name: Name of the data set.
        root: The folder, local or remote.
        split: Name of the split.
        list_path: The file with its ids.
        images: The folder of images below `root`.
        tasks: Task name -> `Task`.
        labels: Task name -> where its labels lie.
        description: Further content that the labels depend on.

    Raises:
        FileNotFoundError: The list of the split is missing.
        ValueError: The list is empty, no text, or has an id twice.
    """

    def __init__(
        self,
        name: str,
        root: str,
        split: str,
        list_path: str,
        images: str,
        tasks: dict[str, Task],
        labels: Mapping[str, LabelFolders],
        description: bytes = b"",
    ):
        if not files.is_file(list_path):
            raise FileNotFoundError(f"`split` must be one with a list {list_path}. Received: split={split!r}.")
        ids = read_ids(list_path)
        found = by_id(files.join(root, images), IMAGE_SUFFIXES)
        paths = {task: one.found(root) for task, one in labels.items()}
        super().__init__(
            name=name,
            split=split,
            tasks=tasks,
            encodings={task: one.encoding for task, one in labels.items()},
            # An id without an image is kept, so that `check_data` can list all of them.
            image_paths={id_: found.get(id_, files.join(root, images, f"{id_}.jpg")) for id_ in ids},
            label_paths={task: {id_: of[id_] for id_ in ids if id_ in of} for task, of in paths.items()},
            description=files.read_bytes(list_path) + description + settings_content(root),
        )
        self._root, self._images, self._labels = root, images, labels

    def unused_files(self) -> list[tuple[str, str]]:
        """Returns the files of the data set that nothing reads, and why; those of the system are left out."""
        found = unused_in(files.join(self._root, self._images), IMAGE_SUFFIXES, "a photograph")
        for task in self.tasks:
            found += self._labels[task].unused(self._root, task)
        return found


def read_ids(path: str) -> list[str]:
    """Returns the ids in a text file, one per line, with any ends of lines and with or without a byte-order mark."""
    try:
        text = files.read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: the list must be UTF-8 text. Received: {error}.") from None
    ids = unicodedata.normalize("NFC", text).split()
    if not ids:
        raise ValueError(f"{path}: the list must hold one id per line. Received: none.")
    if len(set(ids)) < len(ids):
        twice = [id_ for id_, count in collections.Counter(ids).items() if count > 1][:5]
        raise ValueError(f"{path}: the list must hold each id once. Received: {twice} more often.")
    return ids
