"""Cityscapes: streets, with 19 classes, the disparity of a second camera, and the way to the centre of every instance.

| task | file, below the folder |
| --- | --- |
| images | leftImg8bit/<split>/<city>/<id>_leftImg8bit.png |
| semseg | gtFine/<split>/<city>/<id>_gtFine_labelIds.png, ids 0..33 |
| instances | gtFine/<split>/<city>/<id>_gtFine_instanceIds.png, 1000 times the class id and a number |
| disparity | disparity/<split>/<city>/<id>_disparity.png, 16 bits: 0 unknown, else 1 + 256 times the pixels |

Source: BMN, section 4.1 and appendix A, which scores on "val"; the data set's own scripts for ids and classes. Labels
are those of the full size; lengths are in its pixels until images are loaded at another.
"""

from collections.abc import Mapping

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.labels.label_files import LabelReader, refusals_named
from bmt_tf.data.labels.label_format import one_channel, whole_numbers
from bmt_tf.data.pixels import read_array
from bmt_tf.data.sets.own_settings import settings_content, with_own_settings
from bmt_tf.tasks import Task, get_task

# The id by which the files store a class.
STORED = {
    "road": 7, "sidewalk": 8, "building": 11, "wall": 12, "fence": 13, "pole": 17, "traffic light": 19,
    "traffic sign": 20, "vegetation": 21, "terrain": 22, "sky": 23, "person": 24, "rider": 25, "car": 26, "truck": 27,
    "bus": 28, "train": 31, "motorcycle": 32, "bicycle": 33,
}  # fmt: skip
CLASSES = tuple(STORED)
SPLITS = ("train", "val")
_TEST = "test"
_MOST_ID = 33
_LICENCE_PLATE = 255  # -1 in the data set's own list
PER_INSTANCE = 1000
STEPS_PER_PIXEL = 256
WITH_INSTANCES = frozenset({24, 25, 26, 27, 28, 31, 32, 33})
_IMAGES = ("leftImg8bit", "_leftImg8bit.png")


class Cityscapes(FileSource):
    """One split of Cityscapes.

    The labels of "test" are kept back by its makers, and the files there are dummies: its images can be predicted, and
    nothing can be scored on them.

    Args:
        root: The folder with `leftImg8bit` and `gtFine`, local or remote.
        split: `"train"`, `"val"` or `"test"`.

    Raises:
        ValueError: `split` is none of these.
        FileNotFoundError: The split has no images.
    """

    def __init__(self, root: str, split: str):
        if split not in (*SPLITS, _TEST):
            raise ValueError(f"`split` of Cityscapes must be one of train, val, test. Received: split={split!r}.")
        images = _by_id(root, split, *_IMAGES)
        if not images:
            raise FileNotFoundError(
                f"`split` must have images <city>/*{_IMAGES[1]} in {files.join(root, _IMAGES[0], split)}. "
                "Received: none."
            )
        labels = {name: {} if split == _TEST else _by_id(root, split, *place) for name, (place, _) in _LABELS.items()}
        tasks = _tasks(root)
        super().__init__(
            name="cityscapes",
            split=split,
            tasks=tasks,
            encodings={name: _LABELS[name][1] for name in tasks},
            image_paths=images,
            label_paths={name: labels[name] for name in tasks},
            description=settings_content(root),
            unlabelled="the labels of Cityscapes' test split are dummies" if split == _TEST else "",
        )


def classes(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns the train ids uint8 `[H, W, 1]` of a file of label ids; 255 on what is no class of the benchmark."""
    stored = read_array(path)
    with refusals_named(path, task):
        ids = whole_numbers(one_channel(stored))
        if ((ids < 0) | ((ids > _MOST_ID) & (ids != _LICENCE_PLATE))).any():
            raise ValueError(f"hold ids from 0 to {_MOST_ID}, or {_LICENCE_PLATE}. Received: up to {ids.max()}.")
    return _TRAIN_IDS[ids][..., None]


def known_disparity(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns the disparity in pixels, float32 `[H, W, 1]`, NaN where it is not known."""
    stored = read_array(path)
    with refusals_named(path, task):
        steps = one_channel(stored)
        if stored.dtype.itemsize < 2 or stored.dtype.kind not in "iu":
            raise ValueError(f"be a 16-bit image. Received: {stored.dtype}, in which 256ths of a pixel are lost.")
        return np.where(steps == 0, np.nan, (steps.astype(np.float32) - 1) / STEPS_PER_PIXEL).astype(np.float32)[
            ..., None
        ]


def centre_offsets(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns the way from every pixel to the centre of its instance, centre - pixel, float32 `[H, W, 2]`.

    The channel that changes sign in a flip, as the task's kind says, is that to the right; the other goes down. The
    centre is the mean of the instance's pixels. NaN beside instances: on stuff, on what is no class of the benchmark,
    and on groups whose members were not told apart, which bear the id of their class alone.
    """
    stored = read_array(path)
    with refusals_named(path, task):
        if stored.dtype.itemsize < 2:
            raise ValueError(f"hold ids of {PER_INSTANCE} times the class and more. Received: {stored.dtype}.")
        ids = whole_numbers(one_channel(stored))
    instance = np.isin(ids // PER_INSTANCE, list(WITH_INSTANCES))
    rows, columns = np.nonzero(instance)
    _, member, count = np.unique(ids[instance], return_inverse=True, return_counts=True)
    offsets = np.full([*ids.shape, 2], np.nan, np.float32)
    (to_the_right,) = task.kind.mirrored
    for channel, places in ((to_the_right, columns), (1 - to_the_right, rows)):
        centre = np.bincount(member, places) / count
        offsets[rows, columns, channel] = centre[member] - places
    return offsets


_TRAIN_IDS = np.full(256, 255, np.uint8)
_TRAIN_IDS[list(STORED.values())] = np.arange(len(STORED))
# Folder and ending of a task's files, and their reader.
_LABELS: Mapping[str, tuple[tuple[str, str], LabelReader]] = {
    "semseg": (("gtFine", "_gtFine_labelIds.png"), classes),
    "instances": (("gtFine", "_gtFine_instanceIds.png"), centre_offsets),
    "disparity": (("disparity", "_disparity.png"), known_disparity),
}


def _by_id(root: str, split: str, kind: str, ending: str) -> dict[str, str]:
    """Returns id -> file of one ending, in all cities of a split, by rising id."""
    found, folder = {}, files.join(root, kind, split)
    for city in files.file_names(folder):
        for name in files.file_names(files.join(folder, city)):
            if name.endswith(ending):
                found[name.removesuffix(ending)] = files.join(folder, city, name)
    return dict(sorted(found.items()))


def _tasks(root: str) -> dict[str, Task]:
    changes = {"semseg": {"classes": CLASSES}}
    return with_own_settings(root, {name: get_task(name, **changes.get(name, {})) for name in _LABELS})


DATA_SET = DataSet(
    name="cityscapes",
    form="a Cityscapes folder with leftImg8bit/",
    recognises=lambda data: files.is_folder(files.join(data, _IMAGES[0])),
    tasks=_tasks,
    splits=lambda data: SPLITS,
    open=Cityscapes,
)
