"""Files of scene probabilities: an array, one number per class."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_vector
from bmt_tf.data.pixels import npy_file
from bmt_tf.tasks import KINDS


def _read(stored, is_image, task, encoding):
    values = one_vector(stored, task).astype(np.float32)
    if not np.isnan(values).all() and not ((values >= 0).all() and abs(values.sum() - 1) < 1e-3):
        raise ValueError(f"hold probabilities that sum to 1. Received: a sum of {values.sum()}, least {values.min()}.")
    return values


def _write(label, ignored):
    return npy_file(label)


FORMAT = LabelFormat(KINDS["scene"], _read, _write)
