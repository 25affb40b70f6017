"""Files of classes: an 8-bit PNG whose numbers are the classes, 255 where ignored."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse, whole_numbers
from bmt_tf.data.pixels import png_file
from bmt_tf.tasks import KINDS


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


FORMAT = LabelFormat(KINDS["segmentation"], _read, _write, settings=("ignore", "first"), palette_indices=True)
