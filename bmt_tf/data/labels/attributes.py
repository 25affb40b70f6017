"""Files of attributes: an array of 0, 1 and 255 where unknown, one number per attribute."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_vector, refuse, whole_numbers
from bmt_tf.data.pixels import npy_file
from bmt_tf.tasks import KINDS


def _read(stored, is_image, task, encoding):
    values = whole_numbers(one_vector(stored, task))
    refuse(~np.isin(values, (0, 1, 255)), values, "hold 0, 1 or 255 (unknown)")
    return values.astype(np.uint8)


def _write(label, ignored):
    return npy_file(label)


FORMAT = LabelFormat(KINDS["attributes"], _read, _write)
