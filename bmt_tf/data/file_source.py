"""A source whose examples lie in one file per image and one per label."""

import copy
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.file_paths import FilePaths
from bmt_tf.data.label_table import InOneFile
from bmt_tf.data.labels.label_files import LabelReader, read_label
from bmt_tf.data.pixels import image_orientation, image_size, read_image, turned
from bmt_tf.data.source import Example, state_by_files
from bmt_tf.tasks import Task, empty_label


class FileSource:
    """A `Source` over files. The data sets find the files; this class reads them.

    Args:
        name: Name of the data set.
        split: Name of the split.
        tasks: Task name -> `Task`.
        encodings: Task name -> how its label files are to be read: settings of the kind's `LabelFormat`; or, where
            no kind has such files, a function `(path, id, task) -> label`, None for no label.
        image_paths: Id -> image file; the examples keep this order.
        label_paths: Task name -> id -> label file, which may be one for many ids. An id without one lacks
            that label.
        drawn_on: Form of the photographs on which the labels per pixel were drawn: `"upright"`; or `"stored"`, so that
            they are turned with the pixels where a camera noted an orientation; or empty where it is not known, and
            `check_data` asks.
        description: Content of the files that describe the data set; part of the fingerprint.
        unlabelled: Why nothing can be scored on this split, where its labels are kept back; else empty.
    """

    def __init__(
        self,
        name: str,
        split: str,
        tasks: dict[str, Task],
        encodings: Mapping[str, Mapping[str, Any] | LabelReader],
        image_paths: Mapping[str, str],
        label_paths: Mapping[str, Mapping[str, str]],
        description: bytes = b"",
        drawn_on: str = "upright",
        unlabelled: str = "",
    ):
        self.name = name
        self.split = split
        self.tasks = tasks
        self.ids = image_paths.ids if isinstance(image_paths, FilePaths) else tuple(image_paths)
        self.image_paths = image_paths
        self.label_paths = {
            task: paths.sharing(self.ids) if isinstance(paths, FilePaths) else paths
            for task, paths in label_paths.items()
        }
        self.drawn_on = drawn_on
        self.unlabelled = unlabelled
        self._encodings = encodings
        self._description = description

    def __len__(self) -> int:
        """Returns the number of examples."""
        return len(self.ids)

    def __getitem__(self, index: int) -> Example:
        image = self.read_image(index)
        labels = {name: self.read_label(index, name, image.shape[:2]) for name in self.tasks}
        return {"image": image, "labels": labels, "id": self.ids[index]}

    def only(self, task_names: Iterable[str]) -> "FileSource":
        """Returns the source with these tasks only, of the same fingerprint; files of other tasks are not read."""
        names = tuple(task_names)
        source = copy.copy(self)
        source.tasks = {name: self.tasks[name] for name in names}
        return source

    def image_size(self, index: int) -> tuple[int, int]:
        """Returns height and width of an image in pixels, from the header of its file."""
        return image_size(self.image_paths[self.ids[index]])

    def read_image(self, index: int) -> np.ndarray:
        """Returns the image of one example, uint8 `[H, W, 3]`, RGB."""
        return read_image(self.image_paths[self.ids[index]])

    def read_label(self, index: int, task_name: str, size: tuple[int, int] | None) -> np.ndarray:
        """Returns the label of one example, all ignored without a file; one of another size than `size` is refused."""
        id_, encoding = self.ids[index], self._encodings[task_name]
        task, path = self.tasks[task_name], self.label_paths[task_name].get(id_)
        if path is None:
            label = None
        else:
            label = encoding(path, id_, task) if callable(encoding) else read_label(path, task, encoding)
        if label is None:
            return empty_label(task, *(size or (0, 0)))
        if task.kind.dense and self.drawn_on == "stored":
            label = self._upright(label, task, path, image_orientation(self.image_paths[self.ids[index]]))
        if task.kind.dense and size is not None and label.shape[:2] != tuple(size):
            return self._of_other_size(label, task, size, path, self.image_paths[self.ids[index]])
        return label

    def fingerprint(self) -> str:
        """Returns the SHA-256 of the description, the ids and the size of every file.

        Contents are not read, so that it takes little time: a file changed without changing its size goes unnoticed.
        """
        digest = hashlib.sha256(self._description)
        digest.update(self.split.encode())
        for group, paths in sorted(self._listed_files(), key=lambda one: one[0]):
            sizes = paths.sizes() if isinstance(paths, FilePaths) else files.file_sizes(list(paths.values()))
            for line in sorted(f"{id_} {size}" for id_, size in zip(paths, sizes, strict=True)):
                digest.update(f"\n{group}{line}".encode())
        return digest.hexdigest()

    def state(self) -> str:
        return state_by_files(self, [path for _, paths in self._listed_files() for path in paths.values()])

    def _listed_files(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        yield "image/", self.image_paths
        for task, paths in self.label_paths.items():
            if not isinstance(paths, InOneFile):  # its content is part of the description
                yield f"{task}/", paths

    def unused_files(self) -> list[tuple[str, str]]:
        """Returns the files beside those of these tasks that nothing reads, and why; not those of the system."""
        return []

    def _upright(self, label: np.ndarray, task: Task, path: str, orientation: int) -> np.ndarray:
        if orientation != 1 and task.kind.mirrored:
            raise ValueError(
                f"{path}: a label of task {task.name!r}, which holds directions, must be drawn on the upright photo. "
                f'Received: `labels_drawn_on` "stored" and a photograph of orientation {orientation}.'
            )
        return turned(label, orientation)

    def _of_other_size(self, label: np.ndarray, task: Task, size, path: str, image_path: str) -> np.ndarray:
        raise ValueError(
            f"{path}: a label of task {task.name!r} must have the size of its image {image_path}, {size[0]} x "
            f"{size[1]} (height x width). Received: {label.shape[0]} x {label.shape[1]}."
        )
