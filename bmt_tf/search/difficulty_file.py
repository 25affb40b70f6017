"""The file `difficulty.npz`: how hard a shared network finds each image for each task, and what follows from it."""

import dataclasses
import json
import pathlib
from typing import Any

import numpy as np

from bmt_tf import _files as files

_MADE_BY = "scripts/group.py"
_RECORD = "measured_on"


@dataclasses.dataclass(frozen=True, eq=False)
class Difficulty:
    """The losses of a network that several tasks share, image by image. Source: Lu et al., CVPR 2017.

    Args:
        losses: float64 `[K, T]`, not negative, the loss of each task on each image; NaN where the image lacks the
            task's label.
        tasks: T names.
        images: K names.
        step: Number of updates that the network has seen.
        measured_on: The network and the data of the losses, as JSON values; empty where it is not known.

    Raises:
        ValueError: The shape does not fit the names, a loss is infinite, a task is labelled on no image, or two tasks
            are on no image both.
    """

    losses: np.ndarray
    tasks: tuple[str, ...]
    images: tuple[str, ...]
    step: int = 0
    measured_on: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        for field in ("tasks", "images"):
            object.__setattr__(self, field, tuple(str(name) for name in getattr(self, field)))
        object.__setattr__(self, "losses", np.asarray(self.losses, np.float64))
        object.__setattr__(self, "step", int(self.step))
        if self.losses.shape != (len(self.images), len(self.tasks)):
            raise ValueError(
                f"`losses` must be [K, T] = [{len(self.images)}, {len(self.tasks)}], images and tasks. "
                f"Received: shape {self.losses.shape}"
            )
        if np.isinf(self.losses).any():
            image, task = np.argwhere(np.isinf(self.losses))[0]
            raise ValueError(
                f"`losses` must be finite, or NaN where there is no label. Received: {self.losses[image, task]} of "
                f"task {self.tasks[task]!r} on image {self.images[image]!r}"
            )
        never = [task for task, found in zip(self.tasks, self.labelled.any(axis=0), strict=True) if not found]
        if never:
            raise ValueError(
                f"`losses` must be known for every task on some image. Received: no label of {never} on any of "
                f"{len(self.images)} images"
            )
        for t, u in np.argwhere(self._images_of_both(np.ones(len(self.images))) == 0):
            raise ValueError(
                f"`losses` must be known for every two tasks on some image. Received: none of {len(self.images)} "
                f"images with labels of both {self.tasks[t]!r} and {self.tasks[u]!r}"
            )

    @property
    def labelled(self) -> np.ndarray:
        """bool `[K, T]`, whether an image has a task's label."""
        return ~np.isnan(self.losses)

    @property
    def hard(self) -> np.ndarray:
        """bool `[K, T]`, whether an image is hard for a task: its loss is above the task's mean."""
        return self._hard(np.ones(len(self.images)))

    @property
    def affinity(self) -> np.ndarray:
        """float64 `[T, T]` in [0, 1], of the images with both labels the share that is hard for both, or easy."""
        return self._affinity(np.ones(len(self.images)))

    def bootstrap(self, count: int, seed: int) -> np.ndarray:
        """Returns affinities `[R, T, T]` of images that are drawn anew from these, with replacement.

        Draws with too few labels, where two tasks have no image in common, are left out.

        Args:
            count: How many draws.
            seed: Seed of the draws.
        """
        random, images = np.random.default_rng(seed), len(self.images)
        draws = [np.bincount(random.integers(0, images, images), minlength=images) for _ in range(count)]
        found = [self._affinity(draw) for draw in draws if self._images_of_both(draw).all()]
        return np.array(found).reshape(-1, len(self.tasks), len(self.tasks))

    def save(self, path: str | pathlib.Path) -> None:
        """Writes `difficulty.npz`, whole or not at all; with the affinity, for other readers.

        Args:
            path: The file, local or remote; its folder is made if need be.
        """
        record = np.array(json.dumps(self.measured_on))
        files.write_arrays(path, **(vars(self) | {_RECORD: record}), affinity=self.affinity)

    @classmethod
    def load(cls, path: str | pathlib.Path) -> "Difficulty":
        """Returns what `save` wrote.

        Args:
            path: The file, local or remote.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The file is damaged, or of another kind.
        """
        arrays = files.read_arrays(path, [field.name for field in dataclasses.fields(cls)], _MADE_BY)
        try:
            return cls(**(arrays | {_RECORD: json.loads(arrays[_RECORD].item())}))
        except ValueError as error:
            raise ValueError(f"{path} must be a whole file made by {_MADE_BY}. Received: {error}") from error

    def _images_of_both(self, times: np.ndarray) -> np.ndarray:
        """Returns how many images have the labels of two tasks, `[T, T]`, where image k counts `times[k]` times."""
        labelled = self.labelled.astype(np.float64)
        return (labelled * times[:, None]).T @ labelled

    def _hard(self, times: np.ndarray) -> np.ndarray:
        weights = self.labelled * times[:, None]
        losses = np.where(self.labelled, self.losses, 0)
        return self.labelled & (losses > (losses * weights).sum(axis=0) / weights.sum(axis=0))

    def _affinity(self, times: np.ndarray) -> np.ndarray:
        hard = self._hard(times)
        easy = self.labelled & ~hard
        alike = sum(((found * times[:, None]).T @ found.astype(np.float64)) for found in (hard, easy))
        return alike / self._images_of_both(times)
