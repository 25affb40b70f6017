"""NYUD-v2 in the layout `NYUD_MT`, in any of the three archives that go by this name.

The folders are the same, the files are not; which archive it is shows in the suffixes.

| folder | ASTMT | MTL-PyTorch | first ATRC (`NYUDv2`) |
| --- | --- | --- | --- |
| images | .jpg | .jpg | .png |
| edge | .png, soft 0..255 | .npy, 0 or 1 | .png, soft 0..255 |
| segmentation | .mat, 0..40 | .png, 0..40 | .png, 0..40 |
| normals | .jpg, 2 v / 255 - 1 | .npy, vectors | .png, 2 v / 255 - 1 |
| depth | .mat, metres | .npy, metres | .npy, metres |

Source: BMTAS, appendix A; ASTMT, NYUD experiments. The archives' "val" is the official test set of 654 images.
"""

import unicodedata

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.pixels import IMAGE_SUFFIXES
from bmt_tf.data.sets.folder import by_id, unused_in
from bmt_tf.tasks import Task, get_task
from bmt_tf.tasks.data_settings import with_data_settings

# fmt: off
CLASSES = (
    "wall", "floor", "cabinet", "bed", "chair", "sofa", "table", "door", "window", "bookshelf", "picture", "counter",
    "blinds", "desk", "shelves", "curtain", "dresser", "pillow", "mirror", "floor mat", "clothes", "ceiling", "books",
    "refridgerator", "television", "paper", "towel", "shower curtain", "box", "whiteboard", "person", "night stand",
    "toilet", "sink", "lamp", "bathtub", "bag", "otherstructure", "otherfurniture", "otherprop",
)
# fmt: on
_LISTS = "gt_sets"  # the folder with one list of ids per split
_FOLDERS = {"semseg": "segmentation", "depth": "depth", "normals": "normals", "edge": "edge"}
_SUFFIXES = {
    "semseg": (".mat", ".png"),
    "depth": (".mat", ".npy"),
    "normals": (".jpg", ".png", ".npy"),
    "edge": (".png", ".npy"),
}
# Stored 0 is "unlabelled", so there are 40 classes; ASTMT trained it as a 41st.
_ENCODINGS = {
    "semseg": {"key": "segmentation", "first": 1, "ignore": 0},
    "depth": {"key": "depth", "metres_per_step": 1.0, "invalid": 0, "range": (0.01, 100.0)},
    # JPEG mixes black, which is no label, with its neighbours: some of these pixels are too long for directions.
    "normals": {"zero": 127.5, "scale": 127.5, "longest": 2.0},
    "edge": {"positive_from": 128},
}


class Nyud(FileSource):
    """One split of NYUD-v2 with 40-class segmentation, depth, normals and edges.

    The ids come from `gt_sets/<split>.txt`. Labels that differ in size from their image are resized to it, nearest
    (normals bicubic, as in MTL-PyTorch, then made unit vectors again).

    Args:
        root: The unpacked archive, local or remote.
        split: `"train"` or `"val"`.

    Raises:
        FileNotFoundError: The list of the split is missing.
        ValueError: The list is empty.
    """

    def __init__(self, root: str, split: str):
        list_path = files.join(root, _LISTS, f"{split}.txt")
        if not files.is_file(list_path):
            raise FileNotFoundError(f"`split` must be one with a list {list_path}. Received: split={split!r}.")
        content = files.read_bytes(list_path)
        ids = unicodedata.normalize("NFC", content.decode()).split()
        if not ids:
            raise ValueError(f"{list_path}: the list must hold one id per line. Received: none.")
        images = by_id(files.join(root, "images"), IMAGE_SUFFIXES)
        labels = {name: by_id(files.join(root, folder), _SUFFIXES[name]) for name, folder in _FOLDERS.items()}
        super().__init__(
            name="nyud",
            split=split,
            tasks=_tasks(),
            encodings=_ENCODINGS,
            # An id without an image is kept, so that `check_data` can list all of them.
            image_paths={id_: images.get(id_, files.join(root, "images", f"{id_}.jpg")) for id_ in ids},
            label_paths={name: {id_: paths[id_] for id_ in ids if id_ in paths} for name, paths in labels.items()},
            description=content,
        )
        self._root = root

    def unused_files(self) -> list[tuple[str, str]]:
        """Returns the files of the archive that nothing reads, and why; those of the system are left out."""
        found = unused_in(files.join(self._root, "images"), IMAGE_SUFFIXES, "a photograph")
        for task in self.tasks:
            found += unused_in(files.join(self._root, _FOLDERS[task]), _SUFFIXES[task], f"a label of task {task!r}")
        return found

    def _of_other_size(self, label: np.ndarray, task: Task, size, path: str, image_path: str) -> np.ndarray:
        return task.kind.resize(label, size)


def _tasks() -> dict[str, Task]:
    edge = with_data_settings(get_task("edge"), {"max_distance": 0.011, "positive_weight": 0.8})
    tasks = (get_task("semseg", classes=CLASSES), get_task("depth"), get_task("normals"), edge)
    return {task.name: task for task in tasks}


DATA_SET = DataSet(
    name="nyud",
    form=f"a NYUD_MT folder with {_LISTS}/",
    recognises=lambda data: files.is_folder(files.join(data, _LISTS)),
    tasks=lambda data: _tasks(),
    splits=lambda data: ("train", "val"),
    open=Nyud,
)
