"""The one form in which an exported network is used, whatever it was exported to."""

import abc

import numpy as np

from bmt_tf.export.description import Description
from bmt_tf.export.serving import ALL_TASKS

Size = tuple[int, int] | None  # height and width in pixels; None for any


class ServedNetwork(abc.ABC):
    """A network as it was exported, loaded by the runtime that serves it; comparison, scoring and prediction call it.

    Args:
        folder: Where it lies, local or remote.
        description: What it says of itself.
    """

    def __init__(self, folder: str, description: Description):
        self.folder, self.description = folder, description

    @abc.abstractmethod
    def run(self, images: np.ndarray, entry_point: str, size: Size) -> dict[str, np.ndarray]:
        """Returns predictions by task, with the graph that was exported for a size, one of `sizes`."""

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes of images that it was exported for, the fastest first; None stands for any."""
        return self.description.sizes

    def takes(self, size: tuple[int, int]) -> bool:
        """Returns whether it takes images of a height and width."""
        return None in self.sizes or tuple(size) in self.sizes

    def check_size(self, size: tuple[int, int]) -> None:
        """Raises a ValueError where it does not take images of a height and width."""
        if not self.takes(size):
            known = ", ".join(f"{height} x {width}" for height, width in self.sizes)
            raise ValueError(
                f"`images` must have the size that {self.folder} was exported for, {known} pixels; scripts/export.py "
                f"makes another with --size, or one for any size with --any_size. Received: {size[0]} x {size[1]}."
            )

    def __call__(self, images: np.ndarray, entry_point: str = ALL_TASKS) -> dict[str, np.ndarray]:
        """Predicts.

        Args:
            images: uint8 `[B, H, W, 3]`, red, green, blue, all of one size.
            entry_point: `serve` for all tasks, or the name of a task, which computes only its path.

        Returns:
            Task name -> predictions in the form of `Task.decode`, at the size of the images.

        Raises:
            ValueError: It was exported for images of another size.
        """
        size = tuple(images.shape[1:3])
        self.check_size(size)
        return self.run(images, entry_point, size if size in self.sizes else None)
