"""A data set with all its images made smaller, as a search sees them."""

from collections.abc import Iterable

import numpy as np

from bmt_tf.data.source import Example, Source, image_sizes, with_only


class Resized:
    """A source whose images are resized by a factor before anything else is done to them.

    A side of n pixels becomes `floor(n * factor)`. Images are interpolated bilinearly, over the pixels that fall on the
    target where they shrink; labels are taken from the pixel `floor(target * old / new)`. Depths stay as they are: the
    camera has not moved.
    Source: BMTAS, sec. 4.1: the search sees images of 1/2 (PASCAL) and 2/3 (NYUD) of the size. The authors' code
    resizes by Lanczos, normals and saliency too; here no label is interpolated, so that none gets a value nobody gave.

    Args:
        source: The source.
        factor: What sides are multiplied by, above 0.

    Raises:
        ValueError: `factor` is not positive.
    """

    def __init__(self, source: Source, factor: float):
        if not factor > 0:
            raise ValueError(f"`factor` must be positive. Received: factor={factor}.")
        self._source, self.factor = source, factor
        self.name, self.split, self.tasks, self.ids = source.name, source.split, source.tasks, source.ids

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, index: int) -> Example:
        """Returns one example.

        Args:
            index: Its number.

        Returns:
            The example with image and labels resized.
        """
        example = self._source[index]
        size = resized_size(example["image"].shape[:2], self.factor)
        labels = {
            name: _nearest(label, size) if self.tasks[name].kind.dense else label
            for name, label in example["labels"].items()
        }
        return example | {"image": _bilinear(example["image"], size), "labels": labels}

    def only(self, task_names: Iterable[str]) -> "Resized":
        """Returns the same images with fewer labels.

        Args:
            task_names: Tasks whose labels are wanted.

        Returns:
            The source.
        """
        return Resized(with_only(self._source, task_names), self.factor)

    def image_size(self, index: int) -> tuple[int, int]:
        """Returns height and width of a resized image.

        Args:
            index: Number of the example.

        Returns:
            Height and width in pixels.
        """
        return resized_size(image_sizes(self._source, [index])[0], self.factor)

    def fingerprint(self) -> str:
        """Returns a string that changes when the examples do."""
        return f"{self._source.fingerprint()} x {self.factor}"


def resized_size(size: tuple[int, int], factor: float) -> tuple[int, int]:
    """Returns height and width times a factor, rounded down, at least 1.

    Args:
        size: Height and width in pixels.
        factor: What both are multiplied by.

    Returns:
        Height and width in pixels.
    """
    # A factor such as 2/3 may be a little below what was meant: floor(561 * (2/3)) must be 374.
    return tuple(max(int(side * factor + 1e-6), 1) for side in size)


def _bilinear(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image

    return np.array(Image.fromarray(image).resize(size[::-1], Image.Resampling.BILINEAR))


def _nearest(label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    rows, columns = (np.arange(new) * old // new for new, old in zip(size, label.shape, strict=False))
    return label[rows][:, columns]
