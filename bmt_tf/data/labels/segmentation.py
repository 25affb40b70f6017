"""Files of classes: an 8-bit PNG whose numbers are the classes, 255 where ignored."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse, whole_numbers
from bmt_tf.data.pixels import png_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import either, list_of, whole_number

_STORED = whole_number(-(2**31), 2**31)


def _read(stored, is_image, task, encoding):
    values = whole_numbers(one_channel(stored))
    first, ignore = encoding.get("first", 0), encoding.get("ignore", 255)
    ignored = np.isin(values, ignore)
    last = first + task.channels - 1
    wrong = ~ignored & ((values < first) | (values > last))
    refuse(wrong, values, f"hold classes {first} to {last}, or {ignore} (ignored)")
    return np.where(ignored, 255, values - first).astype(np.uint8)[..., None]


def _write(label, ignored):
    return png_file(label[..., 0])


FORMAT = LabelFormat(
    KINDS["segmentation"],
    _read,
    _write,
    settings={"ignore": either(_STORED, list_of(_STORED, "a list of such")), "first": _STORED},
    palette_indices=True,
)
