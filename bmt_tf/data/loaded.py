"""A data set whose images and labels are brought to one size when they are read."""

from collections.abc import Iterable

import numpy as np

from bmt_tf.data.resized import bilinear
from bmt_tf.data.source import Example, Source, image_sizes, state_of, with_only
from bmt_tf.tasks import Task
from bmt_tf.tasks.lengths import length_factors


class Loaded:
    """A source at the size at which a run sees it.

    Images are interpolated bilinearly, over the pixels that fall on the target where they shrink. Labels per pixel are
    brought to the size by the rule of their kind: classes, depths and other numbers from the nearest pixel, directions
    interpolated and made unit vectors again; lengths in pixels are multiplied by what the size is, along their
    direction. What was not labelled is not labelled after it.

    Args:
        source: The data set as it is stored.
        load_size: Height and width in pixels; or one number, that of the shorter side, which keeps the form of images.

    Attributes:
        stored: The data set as it is stored. Its fingerprint is that of this source, too: the size is a setting.
    """

    def __init__(self, source: Source, load_size: tuple[int, ...]):
        self.stored, self._load_size = source, tuple(load_size)
        self.name, self.split, self.tasks, self.ids = source.name, source.split, source.tasks, source.ids
        self.unlabelled = getattr(source, "unlabelled", "")

    def __len__(self) -> int:
        return len(self.stored)

    def __getitem__(self, index: int) -> Example:
        example = self.stored[index]
        size = loaded_size(example["image"].shape[:2], self._load_size)
        if size == example["image"].shape[:2]:
            return example
        labels = {
            name: _label(self.tasks[name], label, size) if self.tasks[name].kind.dense else label
            for name, label in example["labels"].items()
        }
        return example | {"image": bilinear(example["image"], size), "labels": labels}

    def only(self, task_names: Iterable[str]) -> "Loaded":
        return Loaded(with_only(self.stored, task_names), self._load_size)

    def image_size(self, index: int) -> tuple[int, int]:
        return loaded_size(image_sizes(self.stored, [index])[0], self._load_size)

    def fingerprint(self) -> str:
        return self.stored.fingerprint()

    def state(self) -> str:
        return state_of(self.stored)


def at_load_size(source: Source, load_size: tuple[int, ...]) -> Source:
    """Returns a source at a size, see `Loaded`; as it is where none is given."""
    return Loaded(source, load_size) if load_size else source


def loaded_size(size: tuple[int, int], load_size: tuple[int, ...]) -> tuple[int, int]:
    """Returns the height and width that images of a size get, in pixels."""
    if len(load_size) == 2:
        return tuple(load_size)
    shorter = min(size)
    return tuple(max(1, round(int(side) * load_size[0] / shorter)) for side in size)


def _label(task: Task, label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    kind = task.kind
    factors = length_factors(kind, task.channels, *(new / old for new, old in zip(size, label.shape, strict=False)))
    return kind.scaling.resized(kind.resize(label, size), np.float32(factors)).astype(label.dtype, copy=False)
