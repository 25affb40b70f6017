"""What the label files of Taskonomy mean. Files that are empty or nearly so, of which there are some, are no labels."""

import functools

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.labels.label_files import LabelReader, read_label, refusals_named
from bmt_tf.data.labels.label_format import one_channel, one_vector, refuse
from bmt_tf.data.pixels import read_array
from bmt_tf.tasks import Task, get_task

CLASSES = (
    "background", "bottle", "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv", "microwave",
    "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase",
)  # fmt: skip
# By how much pixels of a class count in the loss. Source: Taskonomy's published code; BMN does not say whether
# it weighs classes.
CLASS_WEIGHTS = (
    0.5424, 9.1674, 7.331, 7.162, 8.7229, 7.6133, 8.2369, 9.1486, 8.822, 9.0858, 8.9141, 9.1772, 9.0354, 8.6039,
    9.1699, 9.1467, 9.1374,
)  # fmt: skip
# Which of the 365 places Taskonomy's own network knows.
PLACES = np.array(
    """3 23 25 26 28 37 43 45 51 52 56 61 63 88 89 93 95 100 102 106 121 124 126 129 131 133 135 156 165 176 177 179 182
    203 208 215 217 228 240 241 244 246 248 253 255 264 269 280 281 282 285 298 303 311 317 318 328 332 343 346 352 358
    363""".split(),
    int,
)
SMALLEST = 100  # bytes of a file that holds something
NO_SURFACE = 64_500
STEPS_PER_METRE = 512
LARGEST = 65_535
_SUM = 0.01  # by how much the sum of stored probabilities may differ from 1


def _unless_tiny(read: LabelReader) -> LabelReader:
    @functools.wraps(read)
    def label(path: str, id_: str, task: Task) -> np.ndarray | None:
        return read(path, id_, task) if files.file_sizes([path])[0] >= SMALLEST else None

    return label


@_unless_tiny
def classes(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns classes uint8 `[H, W, 1]`, 255 where the file is not certain."""
    return read_label(path, task, {"first": 1, "ignore": 0})


@_unless_tiny
def surface_depth(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns the depth along the optical axis in metres, float32 `[H, W, 1]`, NaN where no surface was found."""
    steps = _sixteen_bits(path, task)
    known = (steps > 0) & (steps < NO_SURFACE)
    return np.where(known, steps / STEPS_PER_METRE, np.nan).astype(np.float32)[..., None]


@_unless_tiny
def heat_of_map(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns a heat map float32 `[H, W, 1]` from 0 to 1.

    Source: BMN, appendix B: maps are brought to 0..1 linearly. Taskonomy's code cuts them off far below 1.
    """
    return (_sixteen_bits(path, task) / np.float32(LARGEST)).astype(np.float32)[..., None]


@_unless_tiny
def places(path: str, id_: str, task: Task) -> np.ndarray:
    """Returns the probabilities of all 365 places, float32."""
    return _probabilities(path, task)


@_unless_tiny
def chosen_places(path: str, id_: str, task: Task) -> np.ndarray | None:
    """Returns the probabilities of the 63 places, float32, made to sum to one; none where all of them are 0."""
    chosen = _probabilities(path, task)[PLACES]
    total = chosen.sum(dtype=np.float64)
    return (chosen / total).astype(np.float32) if total > 0 else None


def _sixteen_bits(path: str, task: Task) -> np.ndarray:
    stored = read_array(path)
    with refusals_named(path, task):
        plane = one_channel(stored)
        if stored.dtype.itemsize < 2 or stored.dtype.kind not in "iu":
            raise ValueError(f"be a 16-bit image. Received: {stored.dtype}.")
    return plane


def _probabilities(path: str, task: Task) -> np.ndarray:
    stored = read_array(path)
    with refusals_named(path, task):
        values = one_vector(stored.ravel(), get_task("scene")).astype(np.float64)
        refuse(~(values >= 0), values, "hold probabilities, numbers from 0 on")
        if abs(values.sum() - 1) > _SUM:
            raise ValueError(f"hold probabilities that sum to 1. Received: a sum of {values.sum():.6g}.")
    return (values / values.sum()).astype(np.float32)
