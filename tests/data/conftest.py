"""Small data sets: a folder written file by file, and a source of arrays."""

import json
import zlib

import numpy as np
import pytest
from PIL import Image

from bmt_tf.tasks import empty_label


def save(path, values):
    """Writes an array as .png, .jpg or .npy, and makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, values)
    else:
        Image.fromarray(np.asarray(values)).save(path)


class ArraySource:
    """A source of examples that are given as arrays."""

    def __init__(self, tasks, images, labels=None):
        self.name, self.split = "arrays", "train"
        self.tasks = {task.name: task for task in tasks}
        self.images = images
        self.labels = labels or [{}] * len(images)
        self.ids = tuple(f"image{index}" for index in range(len(images)))
        self.reads = []

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        self.reads.append(index)
        image = self.images[index]
        empty = {name: empty_label(task, *image.shape[:2]) for name, task in self.tasks.items()}
        return {"image": image, "labels": empty | self.labels[index], "id": self.ids[index]}

    def fingerprint(self):
        return f"arrays {zlib.crc32(b''.join(image.tobytes() for image in self.images))}"


@pytest.fixture
def array_source():
    """The class `ArraySource(tasks, images, labels)`."""
    return ArraySource


@pytest.fixture
def write():
    """The function `write(path, array)`."""
    return save


SETTINGS = {
    "semseg": {"kind": "segmentation", "classes": ["floor", "wall", "sky"]},
    "depth": {"kind": "depth", "metres_per_step": 0.01},
    "normals": {"kind": "normals"},
    "edge": {"kind": "edge"},
}


@pytest.fixture
def data_folder(tmp_path):
    """A data folder: splits of 3 and 2 images of 4 x 6; image "b" of the first lacks its depth label."""
    root = tmp_path / "rooms"
    rng = np.random.default_rng(0)
    for split, ids in (("train", "abc"), ("val", "de")):
        for id_ in ids:
            save(root / split / "image" / f"{id_}.png", rng.integers(0, 256, [4, 6, 3], np.uint8))
            save(root / split / "semseg" / f"{id_}.png", rng.choice([0, 1, 2, 255], [4, 6]).astype(np.uint8))
            save(root / split / "normals" / f"{id_}.png", np.full([4, 6, 3], (128, 128, 253), np.uint8))
            save(root / split / "edge" / f"{id_}.png", rng.choice([0, 255], [4, 6]).astype(np.uint8))
            if id_ != "b":
                save(root / split / "depth" / f"{id_}.png", rng.integers(0, 1000, [4, 6]).astype(np.uint16))
    (root / "dataset.json").write_text(json.dumps({"version": 1, "name": "rooms", "tasks": SETTINGS}))
    return root
