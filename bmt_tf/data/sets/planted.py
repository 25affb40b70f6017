"""A small problem with a known answer: two groups of tasks that need different features of the same images.

An image is two gratings laid over each other, one red and one blue, each tilted at random, with noise. Every task asks
for the tilt of one grating, in its own number of classes. The two tilts are independent, so what serves a red task
serves the other red task and says nothing to a blue one: a narrow encoder is best shared within the groups alone.
"""

from typing import ClassVar

import numpy as np

from bmt_tf.data.sets.embedded import Embedded, embedded_data_set
from bmt_tf.tasks import Task, get_task

CLASSES = (3, 4)
GROUPS = tuple(tuple(f"{colour}_{classes}" for classes in CLASSES) for colour in ("red", "blue"))
TASKS = (*GROUPS[0], *GROUPS[1])
_CHANNELS = {"red": 0, "blue": 2}
_WAVELENGTH = 5.0  # pixels
_CONTRAST, _NOISE = 50.0, 20.0  # amplitude of a grating and standard deviation of the noise, of 255
_SHARPNESS = 4.0  # logit of the class whose middle is the tilt, over the mean of all tilts


def _task(name: str) -> Task:
    classes = int(name.split("_")[1])
    return get_task("scene", name=name, classes=tuple(f"{180 * part // classes}" for part in range(classes)))


class Planted(Embedded):
    """Red and blue gratings; the tasks ask for the tilt of one of them.

    A label is a distribution over equal parts of the half turn, which falls off with the tilt's distance from a part's
    middle. Flipped or scaled images would not fit their labels: train without augmentation.

    Args: those of `Embedded`.
    """

    name = "planted"
    version = 1
    split_images: ClassVar = {"train": 600, "val": 200}
    default_size = (16, 16)
    every_task: ClassVar = {name: _task(name) for name in TASKS}

    def _make(self, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        random = self._generator(index)
        tilts = dict(zip(_CHANNELS, random.uniform(0, np.pi, len(_CHANNELS)), strict=True))
        image = 127.5 + _NOISE * random.standard_normal([self.height, self.width, 3])
        for colour, tilt in tilts.items():
            image[..., _CHANNELS[colour]] += _CONTRAST * self._grating(tilt, random.uniform(0, 2 * np.pi))
        labels = {name: _probs(tilts[name.split("_")[0]], task.channels) for name, task in self.tasks.items()}
        return np.clip(np.rint(image), 0, 255).astype(np.uint8), labels

    def _grating(self, tilt: float, phase: float) -> np.ndarray:
        rows, columns = np.mgrid[: self.height, : self.width]
        along = columns * np.cos(tilt) + rows * np.sin(tilt)
        return np.sin(2 * np.pi / _WAVELENGTH * along + phase)


def _probs(tilt: float, classes: int) -> np.ndarray:
    """Returns the label: float32 `[C]` probabilities."""
    logits = _SHARPNESS * np.cos(2 * tilt - 2 * np.pi * np.arange(classes) / classes)
    probs = np.exp(logits)
    return (probs / probs.sum()).astype(np.float32)


DATA_SET = embedded_data_set(Planted, precedence=1)
