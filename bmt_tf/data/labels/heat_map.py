"""Files of heat maps: an image of 16 or 8 bits whose largest possible number is 1; or an array from 0 to 1."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse
from bmt_tf.data.pixels import npy_file, png_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import NUMBER, POSITIVE, either, list_of

_HIGHEST = {8: 2**8 - 1, 16: 2**16 - 1}


def _read(stored, is_image, task, encoding):
    values = one_channel(stored)
    invalid = ~np.isfinite(values) | np.isin(values, encoding.get("invalid", ()))
    known = values[~invalid]
    refuse(known < 0, known, "hold no number below 0, or dataset.json say in `invalid` what is not labelled")
    heat = values / (encoding["highest"] if "highest" in encoding else _highest(values, known, is_image))
    # With a stated `highest`, what is above it is as hot as can be.
    return np.where(invalid, np.nan, np.clip(heat, 0, 1)).astype(np.float32)[..., None]


def _highest(values: np.ndarray, known: np.ndarray, is_image: bool) -> float:
    """Returns the number that is 1 where the description says none; what cannot be such a file is refused."""
    rule = "or dataset.json say in `highest` which number is 1"
    if not is_image or values.dtype == bool:
        refuse(known > 1, known, f"hold numbers from 0 to 1, {rule}")
        return 1.0
    if set(np.unique(known).tolist()) == {0, 1}:
        raise ValueError(f"use the whole range of its numbers, {rule}. Received: 0 and 1.")
    return _HIGHEST[8 if values.dtype == np.uint8 else 16]  # 32 bits are how Pillow opens some 16-bit files


def _write(label, ignored):
    steps = np.round(label * _HIGHEST[16])
    if ignored.any() or set(np.unique(steps).tolist()) == {0, 1}:
        return npy_file(label)
    return png_file(steps[..., 0].astype(np.uint16))


FORMAT = LabelFormat(
    KINDS["heat_map"],
    _read,
    _write,
    settings={"highest": POSITIVE, "invalid": either(NUMBER, list_of(NUMBER, "a list of numbers"))},
)
