"""Files of depth: a 16-bit PNG in steps of a millimetre, 0 where ignored; or an array in metres."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse
from bmt_tf.data.pixels import npy_file, png_file
from bmt_tf.tasks import KINDS

METRES_PER_STEP = 0.001
_MOST_STEPS = 2**16 - 1


def _read(stored, is_image, task, encoding):
    values = one_channel(stored)
    invalid = ~np.isfinite(values) | (values == encoding.get("invalid", 0))
    if values.dtype.kind in "iu":
        values = values * encoding.get("metres_per_step", METRES_PER_STEP)
    values = np.where(invalid, np.nan, values).astype(np.float32)
    refuse(values <= 0, values, "hold positive depths in metres")
    return values[..., None]


def _write(label, ignored):
    steps = np.where(ignored, 0, np.round(label / METRES_PER_STEP))
    if ((steps < 1) & ~ignored).any() or steps.max() > _MOST_STEPS:
        return npy_file(label)
    return png_file(steps[..., 0].astype(np.uint16))


FORMAT = LabelFormat(
    KINDS["depth"],
    _read,
    _write,
    settings=("metres_per_step", "invalid"),
    notes={"metres_per_step": METRES_PER_STEP},
)
