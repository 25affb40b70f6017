"""Files of attributes: an array of 0, 1 and 255 where unknown, one number per attribute;
or a table of all images, see `bmt_tf.data.label_table`.
"""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_vector, refuse, whole_numbers
from bmt_tf.data.pixels import npy_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import FILE_NAME


def _read(stored, is_image, task, encoding):
    values = whole_numbers(one_vector(stored, task))
    refuse(~np.isin(values, (0, 1, 255)), values, "hold 0, 1 or 255 (unknown)")
    return values.astype(np.uint8)


def _write(label, ignored):
    return npy_file(label)


# A `table` is no setting of a file of its own: the folder's reader takes the labels of all images from it.
FORMAT = LabelFormat(KINDS["attributes"], _read, _write, settings={"table": FILE_NAME})
