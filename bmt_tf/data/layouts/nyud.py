"""NYUD-v2 as MTL-PyTorch distributes it: JPEG, PNG of classes counted from 1, arrays of depth, normals and edges."""

from collections.abc import Mapping

import numpy as np

from bmt_tf.data.layouts.layout import Layout, Slot, class_numbers, id_lists, stored_classes
from bmt_tf.data.pixels import image_bytes, npy_file
from bmt_tf.data.sets.nyud import CLASSES
from bmt_tf.data.source import Example
from bmt_tf.tasks import Task

# Of the rendered scenes; what is outdoors has no class there.
_LIKE = {
    "seat": "chair",
    "shelf": "bookshelf",
    "object": "otherprop",
    "plant": "otherprop",
    "ground": "floor",
    "car": "otherstructure",
}
_UNLABELLED = 0


def _files(example: Example, tasks: Mapping[str, Task], slot: Slot) -> dict[str, bytes]:
    found = {f"images/{slot.id}.jpg": image_bytes(example["image"], "jpeg")}
    for name, label in example["labels"].items():
        if name not in _WRITERS or tasks[name].kind.is_ignored(label).all():
            continue
        folder, suffix, content = _WRITERS[name](label, tasks[name])
        found[f"{folder}/{slot.id}{suffix}"] = content
    return found


def _segmentation(label: np.ndarray, task: Task) -> tuple[str, str, bytes]:
    numbers = class_numbers(task.classes, CLASSES, _LIKE)
    stored = [_UNLABELLED if number is None else number + 1 for number in numbers]
    return "segmentation", ".png", image_bytes(stored_classes(label, stored, _UNLABELLED), "png")


def _array(folder: str, channels: slice | int):
    def write(label: np.ndarray, task: Task) -> tuple[str, str, bytes]:
        return folder, *npy_file(np.nan_to_num(label[..., channels], nan=0.0))

    return write


_WRITERS = {
    "semseg": _segmentation,
    "depth": _array("depth", 0),
    "normals": _array("normals", slice(None)),
    "edge": _array("edge", 0),
}

LAYOUT = Layout("nyud", tuple(_WRITERS), ("train", "val"), _files, id_lists("gt_sets"))
