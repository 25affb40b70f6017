"""Files of normals: an 8-bit RGB image, 128 + 125 times a component; or an array of vectors."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat
from bmt_tf.data.pixels import png_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import NULL, NUMBER, POSITIVE, TRUE_OR_FALSE, either, list_of

_ZERO, _SCALE = 128, 125
_INVALID = 0  # black, which is no direction in any of the usual encodings
# A shorter vector than this in an 8-bit file is a stored zero (127 or 128 for 127.5), not a direction.
_SHORTEST = 0.05
# Vectors that were interpolated, rounded or scaled a little stay within these; white and black pixels do not.
_LONGEST_ENCODED, _LONGEST, _USUALLY_LONGER, _EXACT = 1.5, 2.0, 0.5, 0.1


def _read(stored, is_image, task, encoding):
    if stored.ndim != 3 or stored.shape[2] != 3:
        raise ValueError(f"have the shape [H, W, 3]. Received: shape {list(stored.shape)}.")
    vectors, shortest = stored.astype(np.float32), 1e-6
    encoded = stored.dtype.kind in "iu" or encoding.get("encoded_floats", False)
    if encoded:
        shortest = _SHORTEST
        vectors = (vectors - np.float32(encoding.get("zero", _ZERO))) / np.float32(encoding.get("scale", _SCALE))
        invalid = encoding.get("invalid", _INVALID)
        if invalid is not None:
            vectors[(stored == invalid).all(-1)] = 0
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    valid = np.isfinite(length) & (length >= shortest)
    longest = encoding.get("longest", _LONGEST_ENCODED if encoded else _LONGEST)
    _refuse_no_directions(vectors[valid[..., 0]], length[valid], encoded, longest)
    return np.where(valid, vectors / np.where(valid, length, 1), np.nan).astype(np.float32)


def _refuse_no_directions(vectors: np.ndarray, length: np.ndarray, encoded: bool, longest: float) -> None:
    """Raises where vectors `[n, 3]` and their lengths `[n]` are not those of unit vectors."""
    if not len(length):
        return
    ways = "`zero`, `scale` and `invalid`" + (
        "" if encoded else ", and in `encoded_floats` (true) that fractions are encoded by them"
    )
    rule = f"hold vectors of length 1, or dataset.json say in {ways}, how it is to be read"
    if length.max() > longest:
        count = int((length > longest).sum())
        raise ValueError(f"{rule}. Received: lengths up to {length.max():.4g}, {count} of them above {longest}.")
    if np.median(length) < _USUALLY_LONGER:
        raise ValueError(f"{rule}. Received: a median length of {np.median(length):.4g}.")
    # Vectors stored as numbers from 0 to 1 are of likely lengths, but all point the same way.
    if not encoded and vectors.min() >= 0 and (abs(length - 1) > _EXACT).any():
        raise ValueError(f"{rule}. Received: no number below 0, and lengths from {length.min():.4g}.")


def _write(label, ignored):
    return png_file(np.where(ignored, _ZERO, np.round(label * _SCALE) + _ZERO).astype(np.uint8))


FORMAT = LabelFormat(
    KINDS["normals"],
    _read,
    _write,
    settings={
        "zero": NUMBER,
        "scale": POSITIVE,
        "invalid": either(NUMBER, list_of(NUMBER, "a list of three numbers", 3), NULL),
        "encoded_floats": TRUE_OR_FALSE,
        "longest": POSITIVE,
    },
)
