"""Taskonomy's tiny split as it is distributed: a folder per building and domain, maps of 16 bits, 365 places."""

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image, PngImagePlugin

from bmt_tf.data.layouts.layout import Layout, Slot, class_numbers, stored_classes
from bmt_tf.data.pixels import image_bytes, npy_file
from bmt_tf.data.sets.taskonomy import BUILDINGS, DOMAINS, IMAGES, LIST, SPLITS
from bmt_tf.data.sets.taskonomy_labels import (
    CLASSES,
    LARGEST,
    NO_SURFACE,
    STEPS_PER_METRE,
)
from bmt_tf.data.source import Example
from bmt_tf.tasks import Task, get_task

# Of the rendered scenes; whatever else there is belongs to the background.
_LIKE = {"seat": "chair", "table": "dining table", "plant": "potted plant"}
_PLACES = {
    "bedroom": 52, "living_room": 215, "office": 244, "dining_room": 121, "library": 212, "corridor": 106,
    "street": 319, "night_street": 319, "park": 254, "car_park": 257,
}  # fmt: skip
_UNCERTAIN, _BACKGROUND = 0, 1
# Files of less than a hundred bytes count as empty, as small pictures of one colour would; with these words none is.
_WORDS = "Written from another data set, in the layout and the encodings of Taskonomy."
_NOTHING = b""


def _files(example: Example, tasks: Mapping[str, Task], slot: Slot) -> dict[str, bytes]:
    found = {_path(slot, *IMAGES): image_bytes(example["image"], "png")}
    for name, label in example["labels"].items():
        if name in _WRITERS:
            # A view without a file in every domain is none.
            unknown = tasks[name].kind.is_ignored(label).all()
            found[_path(slot, *DOMAINS[name][:2])] = _NOTHING if unknown else _WRITERS[name](label, tasks[name])
    return found


def _path(slot: Slot, domain: str, ending: str) -> str:
    return f"{_building(slot.split)}/{domain}/point_{slot.number}_view_0_domain_{ending}"


def _building(split: str) -> str:
    return BUILDINGS[split][0]


def _classes(label: np.ndarray, task: Task) -> bytes:
    numbers = class_numbers(task.classes, CLASSES, _LIKE)
    stored = [_BACKGROUND if number is None else number + 1 for number in numbers]
    return _png(stored_classes(label, stored, _UNCERTAIN))


def _depth(label: np.ndarray, task: Task) -> bytes:
    steps = np.rint(label[..., 0].astype(np.float64) * STEPS_PER_METRE)
    return _png(np.where(steps < NO_SURFACE, np.maximum(steps, 1), LARGEST).astype(np.uint16))


def _heat(label: np.ndarray, task: Task) -> bytes:
    return _png(np.rint(np.nan_to_num(label[..., 0]).astype(np.float64) * LARGEST).astype(np.uint16))


def _scene(label: np.ndarray, task: Task) -> bytes:
    places = np.zeros(get_task("scene").channels)
    known = label[: len(task.classes)][[name in _PLACES for name in task.classes]]
    np.add.at(places, [_PLACES[name] for name in task.classes if name in _PLACES], known / known.sum())
    return npy_file(places)[1]


_WRITERS = {"semseg": _classes, "depth": _depth, "texture_edges": _heat, "keypoints": _heat, "scene": _scene}


def _png(array: np.ndarray) -> bytes:
    notes, content = PngImagePlugin.PngInfo(), io.BytesIO()
    notes.add_text("Comment", _WORDS)
    Image.fromarray(array).save(content, "png", pnginfo=notes)
    return content.getvalue()


def _lists(slots: Mapping[Slot, Mapping[str, np.ndarray]]) -> dict[str, bytes]:
    written = {slot.split for slot in slots}
    rows = [
        ",".join([_building(split), *("1" if split == other else "0" for other in SPLITS)])
        for split in SPLITS
        if split in written
    ]
    # The published file has the line ends of old Macs.
    return {LIST: "".join(f"{row}\r" for row in [",".join(["id", *SPLITS]), *rows]).encode()}


LAYOUT = Layout("taskonomy", tuple(_WRITERS), SPLITS, _files, _lists)
