"""PASCAL-Context in the layout `PASCAL_MT`: palette images, and structures and maps of classes in MATLAB files."""

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image

from bmt_tf.data.layouts.layout import Layout, Slot, class_numbers, id_lists, stored_classes
from bmt_tf.data.pixels import image_bytes
from bmt_tf.data.sets import pascal_labels
from bmt_tf.data.source import Example
from bmt_tf.tasks import Task, get_task

_CLASSES = get_task("semseg").classes
# Of the rendered scenes; whatever else there is belongs to the background.
_LIKE = {"seat": "chair", "table": "diningtable", "plant": "pottedplant"}
# The number of a class in a LabelMap, from which edges are made, and which says where normals are known.
_IN_MAPS = {
    "floor": 158, "wall": 440, "ceiling": 68, "window": 454, "door": 115, "bed": 18, "seat": 72, "table": 397,
    "shelf": 349, "object": 33, "person": 284, "ground": 189, "car": 59, "plant": 308, "sky": 360,
    "aeroplane": 2, "bicycle": 23, "bird": 25, "boat": 31, "bottle": 34, "bus": 45, "cat": 65, "chair": 72, "cow": 98,
    "diningtable": 397, "dog": 113, "horse": 207, "motorbike": 258, "pottedplant": 308, "sheep": 347, "sofa": 368,
    "train": 416, "tvmonitor": 427,
}  # fmt: skip
_UNKNOWN = 431  # the map's own class for what is none of the others
# One of the parts that PASCAL-Part tells apart for each of those that they are merged to.
_PARTS = {1: "head", 2: "torso", 3: "luarm", 4: "llarm", 5: "luleg", 6: "llleg"}
_BACKGROUND = 0


def _files(example: Example, tasks: Mapping[str, Task], slot: Slot) -> dict[str, bytes]:
    found = {f"JPEGImages/{slot.id}.jpg": image_bytes(example["image"], "jpeg")}
    labels = example["labels"]
    known = {name for name, label in labels.items() if not tasks[name].kind.is_ignored(label).all()}
    if "semseg" in known:
        found[f"semseg/VOC12/{slot.id}.png"] = _palette_image(labels["semseg"], tasks["semseg"])
        map_ = _label_map(labels["semseg"], tasks["semseg"])
        found[f"pascal-context/trainval/{slot.id}.mat"] = _mat_file("LabelMap", map_)
    if "human_parts" in labels:
        found[f"human_parts/{slot.id}.mat"] = _mat_file("anno", _annotation(labels["human_parts"][..., 0], slot.id))
    if "saliency" in known:
        found[f"sal_distill/{slot.id}.png"] = image_bytes(np.uint8(255) * (labels["saliency"][..., 0] == 1), "png")
    if {"semseg", "normals"} <= known:  # without a map they are not known anywhere
        bytes_ = np.rint(np.nan_to_num(labels["normals"]) * 127.5 + 127.5).astype(np.uint8)
        found[f"normals_distill/{slot.id}.png"] = image_bytes(bytes_, "png")
    return found


def _palette_image(label: np.ndarray, task: Task) -> bytes:
    numbers = class_numbers(task.classes, _CLASSES, _LIKE)
    stored = [_BACKGROUND if number is None else number for number in numbers]
    image = Image.fromarray(stored_classes(label, stored, ignored=255), "P")
    image.putpalette([value for colour in get_task("semseg").colours for value in colour])
    content = io.BytesIO()
    image.save(content, "png")
    return content.getvalue()


def _label_map(label: np.ndarray, task: Task) -> np.ndarray:
    return stored_classes(label, [_IN_MAPS.get(name, _UNKNOWN) for name in task.classes], _UNKNOWN)


def _annotation(parts: np.ndarray, id_: str) -> np.ndarray:
    """Returns the structure of PASCAL-Part: one person of all parts, or no object where there is none."""
    shown = [(name, parts == number) for number, name in _PARTS.items() if (parts == number).any()]
    masks = [(name, mask.astype(np.uint8)) for name, mask in shown]
    whole = sum(mask for _, mask in masks)
    persons = [("person", pascal_labels.PERSON, whole, _structures(("part_name", "mask"), masks))] if masks else []
    return _structures(("imname", "objects"), [(id_, _structures(("class", "class_ind", "mask", "parts"), persons))])


def _structures(fields: tuple[str, ...], entries: list[tuple]) -> np.ndarray:
    """Returns MATLAB's array `[1, n]` of structures."""
    array = np.empty([1, len(entries)], [(name, object) for name in fields])
    for place, entry in enumerate(entries):
        array[0, place] = entry
    return array


def _mat_file(name: str, value: np.ndarray) -> bytes:
    from scipy.io import savemat

    content = io.BytesIO()
    savemat(content, {name: value}, do_compression=True)
    return content.getvalue()


LAYOUT = Layout(
    "pascal_context",
    ("semseg", "human_parts", "saliency", "normals"),
    ("train", "val"),
    _files,
    id_lists("ImageSets/Context"),
)
