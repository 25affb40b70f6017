"""The one form in which every data set hands out its examples."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol, TypedDict, runtime_checkable

import numpy as np

from bmt_tf import _files as files
from bmt_tf.tasks import Task


class Example(TypedDict):
    """One photograph with its labels.

    A missing label is present as an all-ignored one: 255 where labels are integers, NaN where they are floating-point.

    Attributes:
        image: uint8 `[H, W, 3]`, RGB.
        labels: Task name -> array; see `bmt_tf.tasks.KINDS` for the form of each kind.
        id: What the data set calls the photograph.
    """

    image: np.ndarray
    labels: dict[str, np.ndarray]
    id: str


@runtime_checkable
class Source(Protocol):
    """One split of a data set: a sequence of examples.

    Any object of this form can be trained on. `source[index]` is called from several threads at once. Three
    more methods are used where a source has them, because they save work: `only(task_names)`, the same source with
    fewer labels; `image_size(index)`, the size `(H, W)` without decoding; and `state()`, see `state_of`.

    Attributes:
        name: Name of the data set.
        split: `"train"` or `"val"`.
        tasks: Task name -> `Task`, for every task there are labels for.
        ids: One id per example.
    """

    name: str
    split: str
    tasks: dict[str, Task]
    ids: tuple[str, ...]

    def __len__(self) -> int:
        """Returns the number of examples."""
        ...

    def __getitem__(self, index: int) -> Example:
        """Returns one example."""
        ...

    def fingerprint(self) -> str:
        """Returns a string that changes when the examples do."""
        ...


def place_of(index: int, source: Source) -> int:
    """Returns the number of an example from the start of a split; negative indices count from its end.

    Args:
        index: As for a list.
        source: The split.

    Raises:
        IndexError: There is no such example.
    """
    if not -len(source) <= index < len(source):
        raise IndexError(f"`index` must be below {len(source)} in split {source.split!r}. Received: index={index}.")
    return index % len(source)


def with_only(source: Source, task_names: Iterable[str]) -> Source:
    """Returns the source, reading no other labels than those of the given tasks where it can do so.

    Args:
        source: A data set's split.
        task_names: Tasks whose labels are wanted.

    Returns:
        A source with at least these tasks.

    Raises:
        ValueError: The source has no such task.
    """
    names = tuple(task_names)
    unknown = [name for name in names if name not in source.tasks]
    if unknown:
        raise ValueError(
            f"`tasks` must be among the tasks of {source.name!r}, which are {sorted(source.tasks)}. "
            f"Received: {unknown}."
        )
    return source.only(names) if hasattr(source, "only") else source


def state_of(source: Source) -> str:
    """Returns a string that changes with the fingerprint, and whenever one of the files that are read is written anew.

    Where a source cannot say so it is empty. It holds for one place of the files: a copy has another.
    """
    return source.state() if hasattr(source, "state") else ""


def state_by_files(source: Source, paths: Sequence[str]) -> str:
    """Returns the state of a source that reads some files, by its fingerprint and when each of them was written.

    It is empty where the files' store does not tell when that was.
    """
    states = files.file_states(list(paths))
    if not all(changed for _, changed in states):
        return ""
    return hashlib.sha256(repr((source.fingerprint(), states)).encode()).hexdigest()


def image_sizes(source: Source, indices: Sequence[int]) -> np.ndarray:
    """Returns heights and widths of images, int `[K, 2]`, by their headers where the source can read these."""
    read = getattr(source, "image_size", None) or (lambda index: source[index]["image"].shape[:2])
    return np.array([read(int(index)) for index in indices], int).reshape(-1, 2)


def check_example(example: Example, tasks: Iterable[Task]):
    """Refuses an example whose image, or a label of the tasks, has not the form that `Example` promises."""
    image = example["image"]
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            f"`image` of example {example['id']!r} must be uint8 [H, W, 3]. "
            f"Received: {image.dtype} {list(image.shape)}."
        )
    for task in tasks:
        kind, label = task.kind, example["labels"].get(task.name)
        shape = kind.label_shape(task.channels, *image.shape[:2])
        if label is None or label.dtype != kind.dtype or label.shape != shape:
            received = "none" if label is None else f"{label.dtype} {list(label.shape)}"
            raise ValueError(
                f"`labels` of example {example['id']!r} must hold {kind.dtype} {list(shape)} for task {task.name!r}. "
                f"Received: {received}."
            )
