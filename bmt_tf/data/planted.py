"""A small problem with a known answer: two groups of tasks that need different features of the same images.

An image is two gratings laid over each other, one red and one blue, each tilted at random, with noise. Every task asks
for the tilt of one grating, the red tasks for that of the red one and the blue tasks for that of the blue one, and no
two tasks divide the half turn into the same number of classes. The two tilts are independent, so what serves a red task
serves the other red tasks and says nothing to a blue one: a narrow encoder is best shared within the groups alone.
"""

import hashlib
import zlib
from collections.abc import Iterable

import numpy as np

from bmt_tf.data.source import Example
from bmt_tf.data.specs import numbers_in
from bmt_tf.tasks import Task, get_task

VERSION = 1  # of the images and labels: raise it with every change in them
CLASSES = (3, 4, 5)
GROUPS = tuple(tuple(f"{colour}_{classes}" for classes in CLASSES) for colour in ("red", "blue"))
TASKS = (*GROUPS[0], *GROUPS[1])
_CHANNELS = {"red": 0, "blue": 2}
_IMAGES = {"train": 600, "val": 200}
_OPTIONS = (*_IMAGES, "size", "seed")
_WAVELENGTH = 5.0  # pixels
_CONTRAST, _NOISE = 50.0, 20.0  # amplitude of a grating and standard deviation of the noise, of 255
_SHARPNESS = 4.0  # logit of the class whose middle is the tilt, over the mean of all tilts


class Planted:
    """Red and blue gratings; the tasks ask for the tilt of one of them.

    Image number i of a split depends on the seed, the split, i and the size only. A label is a distribution over equal
    parts of the half turn, which falls off with the tilt's distance from a part's middle. Flipped or scaled images
    would not fit their labels: train without augmentation.

    Args:
        split: `"train"` or `"val"`.
        images: Number of images; by default 600 for training and 200 for validation.
        size: Height and width of the images in pixels.
        seed: Seed of the whole data set.
        task_names: Tasks whose labels are handed out: among `TASKS`, the red ones and the blue ones.

    Raises:
        ValueError: An argument is out of range.
    """

    name = "planted"

    def __init__(
        self,
        split: str,
        images: int | None = None,
        size: int = 16,
        seed: int = 0,
        task_names: Iterable[str] = TASKS,
    ):
        if split not in _IMAGES:
            raise ValueError(f"`split` must be one of {', '.join(_IMAGES)}. Received: split={split!r}.")
        images = _IMAGES[split] if images is None else images
        for argument, value, least in (("images", images, 1), ("size", size, 8), ("seed", seed, 0)):
            if value < least:
                raise ValueError(f"`{argument}` must be at least {least}. Received: {argument}={value}.")
        task_names = tuple(task_names)
        unknown = [name for name in task_names if name not in TASKS]
        if unknown:
            raise ValueError(f"`task_names` must be among {', '.join(TASKS)}. Received: {unknown}.")
        self.split, self.size, self.seed = split, size, seed
        self.tasks = {name: _task(name) for name in TASKS if name in task_names}
        self.ids = tuple(f"{split}_{index:05d}" for index in range(images))

    @classmethod
    def from_spec(cls, spec: str, split: str) -> "Planted":
        """Returns the data set that a text describes.

        Args:
            spec: `"planted"` or, with any of these options, `"planted:train=600,val=200,size=16,seed=1"`.
            split: `"train"` or `"val"`.

        Returns:
            The split.
        """
        options = numbers_in(spec, cls.name, _OPTIONS)
        images = {split: options.pop(split, None) for split in _IMAGES}
        return cls(split, images.get(split), **options)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Example:
        """Returns one example.

        Args:
            index: Number of the example; negative ones count from the end.

        Returns:
            The `Example`.

        Raises:
            IndexError: There is no such example.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"`index` must be below {len(self)} in split {self.split!r}. Received: index={index}.")
        index %= len(self)
        random = np.random.Generator(np.random.PCG64([VERSION, self.seed, zlib.crc32(self.split.encode()), index]))
        tilts = dict(zip(_CHANNELS, random.uniform(0, np.pi, len(_CHANNELS)), strict=True))
        image = 127.5 + _NOISE * random.standard_normal([self.size, self.size, 3])
        for colour, tilt in tilts.items():
            image[..., _CHANNELS[colour]] += _CONTRAST * self._grating(tilt, random.uniform(0, 2 * np.pi))
        return {
            "image": np.clip(np.rint(image), 0, 255).astype(np.uint8),
            "labels": {name: _probs(tilts[name.split("_")[0]], task.channels) for name, task in self.tasks.items()},
            "id": self.ids[index],
        }

    def only(self, task_names: Iterable[str]) -> "Planted":
        """Returns the same images with fewer labels.

        Args:
            task_names: Tasks whose labels are wanted.

        Returns:
            The split.
        """
        return Planted(self.split, len(self), self.size, self.seed, task_names)

    def image_size(self, index: int) -> tuple[int, int]:
        """Returns height and width of an image.

        Args:
            index: Number of the example; all are of one size.

        Returns:
            Height and width in pixels.
        """
        return self.size, self.size

    def fingerprint(self) -> str:
        """Returns a string that changes when the examples do."""
        content = VERSION, self.split, len(self), self.size, self.seed
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def _grating(self, tilt: float, phase: float) -> np.ndarray:
        rows, columns = np.mgrid[: self.size, : self.size]
        along = columns * np.cos(tilt) + rows * np.sin(tilt)
        return np.sin(2 * np.pi / _WAVELENGTH * along + phase)


def _task(name: str) -> Task:
    classes = int(name.split("_")[1])
    return get_task("scene", name=name, classes=tuple(f"{180 * part // classes}" for part in range(classes)))


def _probs(tilt: float, classes: int) -> np.ndarray:
    """Returns the label: float32 `[C]` probabilities."""
    logits = _SHARPNESS * np.cos(2 * tilt - 2 * np.pi * np.arange(classes) / classes)
    probs = np.exp(logits)
    return (probs / probs.sum()).astype(np.float32)
