"""Files of saliency: an 8-bit PNG of 0 and 255, 128 where ignored, or salient from a stated grey value on; or an array
of 0, 1 and 255 where ignored.
"""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse, whole_numbers
from bmt_tf.data.pixels import png_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import whole_number

_IGNORED = 128  # of an image file


def _read(stored, is_image, task, encoding):
    values = whole_numbers(one_channel(stored))
    if stored.dtype == bool and is_image:
        values = values * 255
    if is_image and "positive_from" in encoding:
        return _soft(values, stored, encoding)
    positive, ignore = (255, encoding.get("ignore", _IGNORED)) if is_image else (1, 255)
    wrong = ~np.isin(values, (0, positive, ignore))
    refuse(wrong, values, f"hold 0, {positive} (salient) or {ignore} (ignored)")
    return np.where(values == ignore, 255, values == positive).astype(np.uint8)[..., None]


def _soft(values: np.ndarray, stored: np.ndarray, encoding) -> np.ndarray:
    if stored.dtype not in (np.uint8, bool):
        raise ValueError(f"be an 8-bit image. Received: {8 * stored.dtype.itemsize} bits.")
    salient = (values >= encoding["positive_from"]).astype(np.uint8)
    return np.where(values == encoding.get("ignore"), 255, salient).astype(np.uint8)[..., None]


def _write(label, ignored):
    return png_file(np.where(ignored, _IGNORED, label * 255)[..., 0].astype(np.uint8))


FORMAT = LabelFormat(
    KINDS["saliency"], _read, _write, settings={"ignore": whole_number(1, 254), "positive_from": whole_number(1, 255)}
)
