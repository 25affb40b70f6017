"""Files of normals: an 8-bit RGB image, 128 + 125 times a component; or an array of vectors."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat
from bmt_tf.data.pixels import png_file
from bmt_tf.tasks import KINDS

_ZERO, _SCALE = 128, 125
# A shorter vector than this in an 8-bit file is a stored zero (127 or 128 for 127.5), not a direction.
_SHORTEST = 0.05


def _read(stored, is_image, task, encoding):
    if stored.ndim != 3 or stored.shape[2] != 3:
        raise ValueError(f"have the shape [H, W, 3]. Received: shape {list(stored.shape)}.")
    vectors, shortest = stored.astype(np.float32), 1e-6
    if stored.dtype.kind in "iu":
        shortest = _SHORTEST
        vectors = (vectors - np.float32(encoding.get("zero", _ZERO))) / np.float32(encoding.get("scale", _SCALE))
        if encoding.get("invalid") is not None:
            vectors[(stored == encoding["invalid"]).all(-1)] = 0
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    valid = np.isfinite(length) & (length >= shortest)
    return np.where(valid, vectors / np.where(valid, length, 1), np.nan).astype(np.float32)


def _write(label, ignored):
    return png_file(np.where(ignored, _ZERO, np.round(label * _SCALE) + _ZERO).astype(np.uint8))


FORMAT = LabelFormat(KINDS["normals"], _read, _write, settings=("zero", "scale", "invalid"))
