"""Files of edges: an 8-bit PNG that is an edge from a grey value on; or an array of numbers from 0 to 1."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse
from bmt_tf.data.pixels import png_file
from bmt_tf.tasks import KINDS


def _read(stored, is_image, task, encoding):
    values, threshold = one_channel(stored), 0.5
    if is_image:
        threshold = encoding.get("positive_from", 128)
        values = values * 255 if values.dtype == bool else values
    else:
        refuse(~((values >= 0) & (values <= 1)), values, "hold numbers from 0 to 1")
    return (values >= threshold).astype(np.uint8)[..., None]


def _write(label, ignored):
    if ignored.any():
        raise ValueError(
            f"`label` of an edge task must be labelled everywhere or nowhere, as no file can hold it otherwise. "
            f"Received: {int(ignored.sum())} of {ignored.size} pixels ignored."
        )
    return png_file(label[..., 0] * np.uint8(255))


FORMAT = LabelFormat(KINDS["edge"], _read, _write, settings=("positive_from",))
