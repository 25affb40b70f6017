"""The measure of edges: NYUD-v2 has 654 images of 425 x 560 pixels to be scored."""

import time

import numpy as np
import scipy.ndimage

from benchmarks.topics import Settings
from bmt_tf.data import Scenes, with_only
from bmt_tf.tasks import get_task

IMAGES, ALL = 4, 654
SIZE = (425, 560)


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the time of the edges' F-measure at the best threshold, on one core; the settings have no part in it."""
    del settings
    source, random = with_only(Scenes("train", IMAGES, *SIZE), ["edge"]), np.random.default_rng(0)
    task = get_task("edge")
    measure = task.measure(task)
    seconds = 0.0
    for example in source:
        label = example["labels"]["edge"][None]
        soft = scipy.ndimage.gaussian_filter((label == 1).astype(np.float32), (0, 1, 1, 0))
        logits = 8 * soft - 3 + random.normal(0, 0.5, soft.shape).astype(np.float32)
        started = time.perf_counter()
        measure.update(logits, label)
        seconds += time.perf_counter() - started
    each = seconds / IMAGES
    return [
        (f"edges of one image of {SIZE[0]} x {SIZE[1]}, all thresholds", f"{each:.2f} s"),
        (f"that is, {ALL} images on one core", f"{ALL * each / 60:.1f} minutes"),
    ]
