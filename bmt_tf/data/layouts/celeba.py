"""CelebA as it is distributed: numbered JPEG files, a list of forty attributes, and a list of splits.

The attributes bear the names of CelebA's, the first that of its first, whatever they mean in the data that is written.
"""

from collections.abc import Mapping

import numpy as np

from bmt_tf.data.layouts.layout import Layout, Slot
from bmt_tf.data.pixels import image_bytes
from bmt_tf.data.sets.celeba import ANNOTATIONS, ATTRIBUTES, PARTITION, SPLITS
from bmt_tf.data.source import Example
from bmt_tf.tasks import Task

_TASK = "attributes"


def _files(example: Example, tasks: Mapping[str, Task], slot: Slot) -> dict[str, bytes]:
    label = example["labels"].get(_TASK)
    if label is None or len(label) != len(ATTRIBUTES) or not np.isin(label, (0, 1)).all():
        raise ValueError(
            f"`sources` must have the task {_TASK!r} of {len(ATTRIBUTES)} attributes, all known, to be written in the "
            f"layout of CelebA. Received: {None if label is None else label.tolist()} for the image {slot.id!r}."
        )
    return {f"Img/img_align_celeba/{_file(slot)}": image_bytes(example["image"], "jpeg")}


def _lists(slots: Mapping[Slot, Mapping[str, np.ndarray]]) -> dict[str, bytes]:
    ordered = sorted(slots, key=_file)
    rows = [
        " ".join([_file(slot), *(f"{value:2d}" for value in np.where(slots[slot][_TASK] == 1, 1, -1))])
        for slot in ordered
    ]
    annotations = [str(len(rows)), " ".join(ATTRIBUTES) + " ", *rows]
    partition = [f"{_file(slot)} {SPLITS.index(slot.split)}" for slot in ordered]
    return {
        f"Anno/{ANNOTATIONS}": "".join(f"{line}\n" for line in annotations).encode(),
        f"Eval/{PARTITION}": "".join(f"{line}\n" for line in partition).encode(),
    }


def _file(slot: Slot) -> str:
    """The name of an image; as there, splits follow one another."""
    return f"{SPLITS.index(slot.split) * 200_000 + slot.number + 1:06d}.jpg"


LAYOUT = Layout("celeba", (_TASK,), SPLITS, _files, _lists)
