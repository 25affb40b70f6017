"""What is computed from the label files of PASCAL-Context: edges, human parts, and where normals count."""

from typing import Any

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.labels.label_files import LabelReader, read_label, refusals_named
from bmt_tf.data.labels.label_format import one_channel, whole_numbers
from bmt_tf.data.pixels import read_array, read_variable
from bmt_tf.tasks import Task
from bmt_tf.tasks.edges import thinning

KEY = "LabelMap"
PERSON = 15
# Class of each part's name in PASCAL-Part; 0 is the background.
PARTS = {
    name: number
    for number, names in enumerate(
        (
            "head hair lear rear lebrow rebrow leye reye mouth nose",
            "torso neck",
            "luarm ruarm",
            "llarm rlarm lhand rhand",
            "luleg ruleg",
            "llleg rlleg lfoot rfoot",
        ),
        start=1,
    )
    for name in names.split()
}
_NORMALS = {"zero": 127.5, "scale": 127.5, "longest": 2.0}
# Classes of a LabelMap whose names are those of things indoors (NYU's 894 names), and tvmonitor: the network that made
# the normals was trained indoors.
INDOORS = np.array(
    """3 4 6 9 10 11 13 15 17 18 22 23 29 30 33 34 36 37 38 39 41 43 46 49 50 51 53 55 56 59 61 62 65 66 68 69 72 73 78
    83 84 85 87 88 95 96 101 104 105 107 111 113 115 122 124 135 141 142 143 146 150 154 157 158 159 165 172 174 181 183
    184 191 193 195 197 199 202 213 215 216 219 220 223 225 228 230 232 233 238 239 242 243 246 250 251 252 255 260 261
    263 269 272 273 275 281 283 284 285 286 287 288 290 291 292 293 295 304 307 309 310 314 315 319 323 329 330 331 336
    342 345 349 350 351 352 355 357 368 370 371 374 379 380 383 384 397 401 403 405 407 408 411 412 413 414 417 419 421
    423 427 429 430 432 440 441 442 443 444 446 454 457""".split(),
    int,
)


def laplacian_edges(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns edges uint8 `[H, W, 1]` to train on: where a Laplacian of the LabelMap is not 0, thinned.

    Source: BMTAS, published code. The operator fires on both sides of a border, before thinning, and misses places
    where the numbers of neighbouring classes cancel.
    """
    # The border is mirrored about its outermost pixels; a map of one row or column has no neighbours to differ from.
    padded = np.pad(_label_map(path, task), 1, "reflect")
    middle = padded[1:-1, 1:-1]
    around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return _thinned(around != 4 * middle)


def area_borders(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns edges uint8 `[H, W, 1]` to score on: the borders of the areas of equal number in the LabelMap, thinned.

    Source: the SEISM toolbox, by which BMTAS scores edges: a pixel is on a border where its right, lower or lower
    right neighbour is of another area; areas are connected by their sides.
    """
    areas = _areas(_label_map(path, task))
    border = np.zeros(areas.shape, bool)
    border[:, :-1] |= areas[:, :-1] != areas[:, 1:]
    border[:-1] |= areas[:-1] != areas[1:]
    border[:-1, :-1] |= areas[:-1, :-1] != areas[1:, 1:]
    # Of the last column only the lower neighbour counts, of the last row only the right one: there are no others.
    return _thinned(border)


def human_parts(path: str, id_: str, task: Task) -> np.ndarray | None:
    """Returns the parts of all persons uint8 `[H, W, 1]`, 0 beside them; none where no person has any part.

    Later parts and later persons cover earlier ones.
    """
    structure = read_variable(path, "anno")
    with refusals_named(path, task):
        label = None
        for entry in _records(structure, 2):
            for _, class_number, mask, parts in _records(entry[1], 4):
                if int(np.ravel(class_number)[0]) != PERSON:
                    continue
                label = np.zeros(one_channel(mask).shape, np.uint8) if label is None else label
                for part_name, part_mask in _records(parts, 2):
                    _paint(label, str(np.ravel(part_name)[0]), one_channel(part_mask))
    return label[..., None] if label is not None and label.any() else None


def normals_where_known(maps: str) -> LabelReader:
    """Returns the reader of normals float32 `[H, W, 3]`, NaN but on classes of things that are found indoors.

    `maps` is the folder of the LabelMaps.
    """

    def read(path: str, id_: str, task: Task) -> np.ndarray:
        normals = read_label(path, task, _NORMALS)
        map_path = files.join(maps, f"{id_}.mat")
        classes = _label_map(map_path, task)
        if classes.shape != normals.shape[:2]:
            raise ValueError(
                f"{map_path}: a LabelMap must have the size of the normals {path}, {normals.shape[0]} x "
                f"{normals.shape[1]} (height x width). Received: {classes.shape[0]} x {classes.shape[1]}."
            )
        return np.where(np.isin(classes, INDOORS)[..., None], normals, np.float32(np.nan))

    return read


def _label_map(path: str, task: Task) -> np.ndarray:
    array = read_array(path, KEY)
    with refusals_named(path, task):
        return whole_numbers(one_channel(array))


def _areas(classes: np.ndarray) -> np.ndarray:
    """Returns a number of its own for every area of equal number that is connected by the sides of its pixels."""
    from scipy import sparse
    from scipy.sparse import csgraph

    number = np.arange(classes.size).reshape(classes.shape)
    along, down = classes[:, :-1] == classes[:, 1:], classes[:-1] == classes[1:]
    ones = np.concatenate([number[:, :-1][along], number[:-1][down]])
    others = np.concatenate([number[:, 1:][along], number[1:][down]])
    graph = sparse.coo_array((np.ones(len(ones), bool), (ones, others)), shape=(classes.size, classes.size))
    return csgraph.connected_components(graph, directed=False)[1].reshape(classes.shape)


def _thinned(edge: np.ndarray) -> np.ndarray:
    words = thinning.thin(thinning.pack(edge.astype(np.intp), 1))
    return (words[..., :1] > 0).astype(np.uint8)


def _paint(label: np.ndarray, part: str, mask: np.ndarray) -> None:
    if part not in PARTS:
        raise ValueError(f"name parts among {', '.join(PARTS)}. Received: {part!r}.")
    if mask.shape != label.shape:
        raise ValueError(
            f"have masks of one size. Received: {list(mask.shape)} for the part {part!r}, and {list(label.shape)}."
        )
    label[mask > 0] = PARTS[part]


def _records(structure: Any, fields: int) -> list[np.void]:
    """Returns the entries of an array of MATLAB structures of so many fields; an empty one is of any form."""
    if structure.size == 0:
        return []
    if structure.dtype.names is None or len(structure.dtype.names) != fields:
        found = structure.dtype.names and list(structure.dtype.names)
        raise ValueError(f"hold structures of {fields} fields. Received: {found or structure.dtype}.")
    return list(structure.ravel())
