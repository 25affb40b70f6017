"""A data set with all its images made smaller, as a search sees them."""

from collections.abc import Iterable

import numpy as np

from bmt_tf.data.source import Example, Source, image_sizes, with_only
from bmt_tf.tasks import Task
from bmt_tf.tasks.resizing import nearest


class Resized:
    """A source whose images are resized by a factor before anything else is done to them.

    A side of n pixels becomes `floor(n * factor)`. Images are interpolated bilinearly, over the pixels that fall on the
    target where they shrink; labels are taken from the pixel `floor(target * old / new)`. Depths stay as they are, as
    the camera has not moved; lengths in pixels are multiplied by the factor.
    Source: BMTAS, sec. 4.1: the search sees images of 1/2 (PASCAL) and 2/3 (NYUD) of the size. The authors' code
    resizes by Lanczos, normals and saliency too; here no label is interpolated, so that none gets a value nobody gave.
    """

    def __init__(self, source: Source, factor: float):
        if not factor > 0:
            raise ValueError(f"`factor` must be positive. Received: factor={factor}.")
        self._source, self.factor = source, factor
        self.name, self.split, self.tasks, self.ids = source.name, source.split, source.tasks, source.ids

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, index: int) -> Example:
        example = self._source[index]
        size = resized_size(example["image"].shape[:2], self.factor)
        labels = {
            name: self._label_of(self.tasks[name], label, size) if self.tasks[name].kind.dense else label
            for name, label in example["labels"].items()
        }
        return example | {"image": bilinear(example["image"], size), "labels": labels}

    def only(self, task_names: Iterable[str]) -> "Resized":
        return Resized(with_only(self._source, task_names), self.factor)

    def image_size(self, index: int) -> tuple[int, int]:
        return resized_size(image_sizes(self._source, [index])[0], self.factor)

    def fingerprint(self) -> str:
        return f"{self._source.fingerprint()} x {self.factor}"

    def _label_of(self, task: Task, label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        return task.kind.scaling.resized(nearest(label, size), self.factor)


def resized_size(size: tuple[int, int], factor: float) -> tuple[int, int]:
    """Returns height and width in pixels times a factor, rounded down, at least 1."""
    # A factor such as 2/3 may be a little below what was meant: floor(561 * (2/3)) must be 374.
    return tuple(max(int(side * factor + 1e-6), 1) for side in size)


def bilinear(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns an image uint8 of another size, interpolated over the pixels that fall on the target where it shrinks."""
    from PIL import Image

    return np.array(Image.fromarray(image).resize(size[::-1], Image.Resampling.BILINEAR))
