"""What the embedded data sets have in common: images are made from their number, and nothing is read from a disk."""

import abc
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

import numpy as np

from bmt_tf.data.data_set import DataSet
from bmt_tf.data.source import Example, place_of
from bmt_tf.tasks import Task

MIN_SIDE = 8
_OPTIONS = ("train", "val", "height", "width", "seed")


class Embedded(abc.ABC):
    """One split of an embedded data set.

    Image number i depends on the seed, the split, i and the size only.

    Args:
        split: `"train"` or `"val"`.
        images: Number of images; by default `split_images[split]`.
        height: Height of the images in pixels; by default that of `default_size`.
        width: Width of the images in pixels; by default that of `default_size`.
        seed: Seed of the whole data set.
        task_names: Tasks whose labels are handed out; by default all of `every_task`.

    Attributes:
        name: Name of the data set.
        version: Of its images and labels: to be raised with every change in them.
        split_images: Number of images by split, where nothing else is asked for.
        default_size: Height and width where nothing else is asked for.
        every_task: Every task there are labels for, by name.

    Raises:
        ValueError: An argument is out of range.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    split_images: ClassVar[dict[str, int]]
    default_size: ClassVar[tuple[int, int]]
    every_task: ClassVar[dict[str, Task]]

    def __init__(
        self,
        split: str,
        images: int | None = None,
        height: int | None = None,
        width: int | None = None,
        seed: int = 0,
        task_names: Iterable[str] | None = None,
    ):
        if split not in self.split_images:
            raise ValueError(
                f"`split` of {self.name!r} must be one of {', '.join(self.split_images)}. Received: split={split!r}."
            )
        images = self.split_images[split] if images is None else images
        height = self.default_size[0] if height is None else height
        width = self.default_size[1] if width is None else width
        limits = ("images", images, 1), ("height", height, MIN_SIDE), ("width", width, MIN_SIDE), ("seed", seed, 0)
        for argument, value, least in limits:
            if value < least:
                raise ValueError(
                    f"`{argument}` of {self.name!r} must be at least {least}. Received: {argument}={value}."
                )
        wanted = tuple(self.every_task if task_names is None else task_names)
        unknown = [name for name in wanted if name not in self.every_task]
        if unknown:
            raise ValueError(
                f"`task_names` of {self.name!r} must be among {', '.join(self.every_task)}. Received: {unknown}."
            )
        self.split, self.height, self.width, self.seed = split, height, width, seed
        self.tasks = {name: task for name, task in self.every_task.items() if name in wanted}
        self.ids = tuple(f"{split}_{index:05d}" for index in range(images))

    @classmethod
    def from_spec(cls, spec: str, split: str) -> Self:
        """Returns the split that a text describes, such as "scenes:train=64,val=16,height=32,width=32,seed=1"."""
        options = _numbers_in(spec, cls.name, _OPTIONS)
        images = {split: options.pop(split, None) for split in cls.split_images}
        return cls(split, images.get(split), **options)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Example:
        index = place_of(index, self)
        image, labels = self._make(index)
        return {"image": image, "labels": labels, "id": self.ids[index]}

    @abc.abstractmethod
    def _make(self, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Returns image and labels by task, for the tasks in `self.tasks`."""

    def _generator(self, index: int) -> np.random.Generator:
        """Returns the source of an image's random numbers."""
        return np.random.Generator(np.random.PCG64([self.version, self.seed, zlib.crc32(self.split.encode()), index]))

    def only(self, task_names: Iterable[str]) -> Self:
        return type(self)(self.split, len(self), self.height, self.width, self.seed, task_names)

    def image_size(self, index: int) -> tuple[int, int]:
        return self.height, self.width

    def fingerprint(self) -> str:
        content = self.version, self.split, len(self), self.height, self.width, self.seed
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def state(self) -> str:
        return self.fingerprint()


def embedded_data_set(cls: type[Embedded], precedence: int) -> DataSet:
    """Returns how an embedded data set is told, by its name, and what it is."""

    def tasks(data: str) -> dict[str, Task]:
        _numbers_in(data, cls.name, _OPTIONS)  # a wrong option is refused
        return dict(cls.every_task)

    return DataSet(
        name=cls.name,
        form=repr(cls.name),
        recognises=lambda data: data.partition(":")[0] == cls.name,
        tasks=tasks,
        splits=lambda data: tuple(cls.split_images),
        open=cls.from_spec,
        precedence=precedence,
    )


def _numbers_in(spec: str, name: str, options: Sequence[str]) -> dict[str, int]:
    """Returns the options that a text such as `"scenes:train=64,seed=1"` gives, by name."""
    begin, _, tail = spec.partition(":")
    if begin != name:
        raise ValueError(f"`data` must begin with '{name}'. Received: data={spec!r}.")
    numbers = {}
    for item in tail.split(",") if tail else ():
        key, _, value = item.partition("=")
        if key not in options or key in numbers or not value.isdecimal():
            raise ValueError(
                f"`data` must be '{name}', or '{name}:' and whole numbers for some of {', '.join(options)} once each, "
                f"as in '{name}:train=64,seed=1'. Received: {item!r} in data={spec!r}."
            )
        numbers[key] = int(value)
    return numbers
