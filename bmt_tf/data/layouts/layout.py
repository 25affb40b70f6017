"""What is to be known of a data set's own layout to write another data set in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bmt_tf.data.source import Example
from bmt_tf.tasks import Task


class Slot(NamedTuple):
    """The place that an image takes in a layout."""

    split: str
    id: str  # of the image in its own data set, as the name of a file
    number: int  # from 0, over its split


@dataclass(frozen=True)
class Layout:
    """A data set's own folders, files and lists.

    Args:
        name: Name of the data set.
        tasks: Names of the tasks that it has files for.
        splits: Names of the splits that it has.
        files: Function `(example, tasks, slot) -> {path: content}` to the files of an image, by their paths below the
            root.
        lists: Function `{slot: {task: label per image}} -> {path: content}` to the files that say what belongs to a
            split, and those with a line per image.
    """

    name: str
    tasks: tuple[str, ...]
    splits: tuple[str, ...]
    files: Callable[[Example, Mapping[str, Task], Slot], Mapping[str, bytes]]
    lists: Callable[[Mapping[Slot, Mapping[str, np.ndarray]]], Mapping[str, bytes]]


def class_numbers(source_classes: Sequence[str], names: Sequence[str], likeness: Mapping[str, str]) -> list[int | None]:
    """Returns for each class of a source the number of the class that stands for it in a layout; None where none does.

    Args:
        source_classes: Names of the source's classes.
        names: Names of the layout's classes.
        likeness: The layout's class that is nearest to one of another name.
    """
    wanted = [likeness.get(name, name) for name in source_classes]
    return [names.index(name) if name in names else None for name in wanted]


def stored_classes(label: np.ndarray, numbers: Sequence[int], ignored: int) -> np.ndarray:
    """Returns classes uint8 `[H, W, 1]` as the numbers `[H, W]` by which a layout stores them.

    Args:
        label: Classes of the source; 255 where ignored.
        numbers: For each of them the number that is stored.
        ignored: The number that is stored where the label is ignored.
    """
    table = np.full(256, ignored, np.uint16 if max(*numbers, ignored) > 255 else np.uint8)
    table[: len(numbers)] = numbers
    return table[label[..., 0]]


def id_lists(folder: str) -> Callable[[Mapping[Slot, Mapping[str, np.ndarray]]], dict[str, bytes]]:
    """Returns the maker of one list of ids per split, `<folder>/<split>.txt`."""

    def lists(slots: Mapping[Slot, Mapping[str, np.ndarray]]) -> dict[str, bytes]:
        ids: dict[str, list[str]] = {}
        for slot in slots:
            ids.setdefault(slot.split, []).append(slot.id)
        return {f"{folder}/{split}.txt": "".join(f"{id_}\n" for id_ in of).encode() for split, of in ids.items()}

    return lists
