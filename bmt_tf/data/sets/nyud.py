"""NYUD-v2 in the layout `NYUD_MT`, in any of the three archives that go by this name.

The folders are the same, the files are not; which archive it is shows in the suffixes.

| folder | ASTMT | MTL-PyTorch | first ATRC (`NYUDv2`) |
| --- | --- | --- | --- |
| images | .jpg | .jpg | .png |
| edge | .png, soft 0..255 | .npy, 0 or 1 | .png, soft 0..255 |
| segmentation | .mat, 0..40 | .png, 0..40 | .png, 0..40 |
| normals | .jpg, 2 v / 255 - 1 | .npy, vectors | .png, 2 v / 255 - 1 |
| depth | .mat, metres | .npy, metres | .npy, metres |

Source: BMTAS, section 4.1; the published loaders of ASTMT, MTL-PyTorch and ATRC. The archives' "val" is the official
test set of 654 images.
"""

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.sets.listed import LabelFolders, Listed
from bmt_tf.data.sets.own_settings import with_own_settings
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
_LABELS = {
    # Stored 0 is "unlabelled", so there are 40 classes; ASTMT trained it as a 41st.
    "semseg": LabelFolders(("segmentation",), (".mat", ".png"), {"key": "segmentation", "first": 1, "ignore": 0}),
    # Without the range files in millimetres would be taken for metres.
    "depth": LabelFolders(
        ("depth",),
        (".mat", ".npy"),
        {"key": "depth", "metres_per_step": 1.0, "invalid": 0, "range": (0.01, 100.0)},
    ),
    # JPEG mixes black, which is no label, with its neighbours: some of these pixels are too long for directions.
    "normals": LabelFolders(("normals",), (".jpg", ".png", ".npy"), {"zero": 127.5, "scale": 127.5, "longest": 2.0}),
    "edge": LabelFolders(("edge",), (".png", ".npy"), {"positive_from": 128}),
}


class Nyud(Listed):
    """One split of NYUD-v2 with 40-class segmentation, depth, normals and edges.

    The ids come from `gt_sets/<split>.txt`. Labels that differ in size from their image are resized to it, nearest
    (normals bicubic, as in MTL-PyTorch, then made unit vectors again).

    Args:
        root: The unpacked archive, local or remote.
        split: `"train"` or `"val"`.
    """

    def __init__(self, root: str, split: str):
        super().__init__("nyud", root, split, files.join(root, _LISTS, f"{split}.txt"), "images", _tasks(root), _LABELS)

    def _of_other_size(self, label: np.ndarray, task: Task, size, path: str, image_path: str) -> np.ndarray:
        return task.kind.resize(label, size)


def _tasks(root: str) -> dict[str, Task]:
    edge = with_data_settings(get_task("edge"), {"max_distance": 0.011, "positive_weight": 0.8})
    tasks = (get_task("semseg", classes=CLASSES), get_task("depth"), get_task("normals"), edge)
    return with_own_settings(root, {task.name: task for task in tasks})


DATA_SET = DataSet(
    name="nyud",
    form=f"a NYUD_MT folder with {_LISTS}/",
    recognises=lambda data: files.is_folder(files.join(data, _LISTS)),
    tasks=_tasks,
    splits=lambda data: ("train", "val"),
    open=Nyud,
)
