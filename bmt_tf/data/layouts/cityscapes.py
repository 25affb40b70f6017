"""Cityscapes as it is distributed: label ids, instance ids and disparities of 16 bits, by split and city."""

from collections.abc import Mapping

import numpy as np

from bmt_tf.data.layouts.layout import Layout, Slot, stored_classes
from bmt_tf.data.pixels import image_bytes
from bmt_tf.data.sets.cityscapes import PER_INSTANCE, SPLITS, STEPS_PER_PIXEL, STORED, WITH_INSTANCES
from bmt_tf.data.source import Example
from bmt_tf.tasks import Task

# Of the rendered scenes; what stands in rooms has no class there.
_LIKE = {"ground": "road", "plant": "vegetation"}
_UNLABELLED = 0
_CITY = "rendered"
_LARGEST = 65_535
_SAME = 0.01  # pixels between the centres that pixels of one instance say, by rounding


def _files(example: Example, tasks: Mapping[str, Task], slot: Slot) -> dict[str, bytes]:
    stem = f"{slot.split}/{_CITY}/{_CITY}_000000_{slot.number:06d}"
    labels = example["labels"]
    found = {f"leftImg8bit/{stem}_leftImg8bit.png": example["image"]}
    if "semseg" in labels:
        ids = _label_ids(labels["semseg"], tasks["semseg"])
        found[f"gtFine/{stem}_gtFine_labelIds.png"] = ids
        if "instances" in labels:
            found[f"gtFine/{stem}_gtFine_instanceIds.png"] = _instance_ids(ids, labels["instances"])
    if "disparity" in labels:
        found[f"disparity/{stem}_disparity.png"] = _steps(labels["disparity"])
    return {path: image_bytes(array, "png") for path, array in found.items()}


def _label_ids(label: np.ndarray, task: Task) -> np.ndarray:
    wanted = [_LIKE.get(name, name) for name in task.classes]
    return stored_classes(label, [STORED.get(name, _UNLABELLED) for name in wanted], _UNLABELLED)


def _instance_ids(ids: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Returns 1000 times the class and a number for each instance of a class that has such, else the class.

    Pixels are of one instance where they are of one class and their offsets lead to one place.
    """
    numbered = ids.astype(np.uint16)
    height, width = ids.shape
    places = np.stack([np.arange(width) + offsets[..., 0], np.arange(height)[:, None] + offsets[..., 1]], axis=-1)
    left = np.isin(ids, list(WITH_INSTANCES)) & np.isfinite(places).all(-1)
    found = dict.fromkeys(WITH_INSTANCES, 0)
    while left.any():
        first = tuple(np.argwhere(left)[0])
        members = left & (ids == ids[first]) & (np.abs(places - places[first]) < _SAME).all(-1)
        numbered[members] = ids[first].astype(int) * PER_INSTANCE + found[int(ids[first])]
        found[int(ids[first])] += 1
        left &= ~members
    return numbered


def _steps(disparity: np.ndarray) -> np.ndarray:
    steps = np.clip(np.rint(disparity[..., 0].astype(np.float64) * STEPS_PER_PIXEL) + 1, 1, _LARGEST)
    return np.where(np.isfinite(disparity[..., 0]), steps, 0).astype(np.uint16)


def _lists(slots: Mapping[Slot, Mapping[str, np.ndarray]]) -> dict[str, bytes]:
    return {}  # the folders say what belongs to a split


LAYOUT = Layout("cityscapes", ("semseg", "instances", "disparity"), SPLITS, _files, _lists)
