"""Files of numbers that are no depth, such as temperatures: an array or an image, as its numbers or in stated steps."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel
from bmt_tf.data.pixels import npy_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import NUMBER, POSITIVE, either, list_of


def _read(stored, is_image, task, encoding):
    values = one_channel(stored)
    invalid = ~np.isfinite(values) | np.isin(values, encoding.get("invalid", ()))
    if values.dtype.kind in "iu":
        values = values * encoding.get("per_step", 1.0)
    return np.where(invalid, np.nan, values).astype(np.float32)[..., None]


def _write(label, ignored):
    return npy_file(label)


FORMAT = LabelFormat(
    KINDS["quantity"],
    _read,
    _write,
    settings={"per_step": POSITIVE, "invalid": either(NUMBER, list_of(NUMBER, "a list of numbers"))},
)
