"""Files of depth: a 16-bit PNG in steps of a millimetre, 0 where ignored; or an array in metres."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse
from bmt_tf.data.pixels import npy_file, png_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import NUMBER, POSITIVE, RANGE, either, list_of

METRES_PER_STEP = 0.001
# Metres; what is nearer or farther is taken for another unit or a mark. Fractions may be as near as they say.
_NEAREST, _FARTHEST = 0.01, 1000.0
# Where no range is stated, a whole file on the wrong side of these is in another unit.
_NEAREST_ALL, _FARTHEST_ALL = 0.256, 100.0
_MOST_STEPS = 2**16 - 1


def _read(stored, is_image, task, encoding):
    values = one_channel(stored)
    if values.dtype == bool:
        raise ValueError("hold numbers of metres or steps. Received: true and false.")
    invalid = ~np.isfinite(values) | np.isin(values, encoding.get("invalid", 0))
    step = encoding.get("metres_per_step", METRES_PER_STEP if is_image else 1.0)
    whole = values.dtype.kind in "iu"
    if whole:
        _refuse_steps(values, ~invalid, is_image, encoding)
    metres = values * step if whole else values
    refuse(
        ~invalid & (metres <= 0), metres, "hold positive depths in metres, or dataset.json say in `invalid` the rest"
    )
    _refuse_other_units(metres, ~invalid, whole, encoding)
    return np.where(invalid, np.nan, metres).astype(np.float32)[..., None]


def _refuse_steps(values: np.ndarray, valid: np.ndarray, is_image: bool, encoding) -> None:
    """Raises where whole numbers cannot be steps of a stated or the usual length."""
    if is_image and values.dtype == np.uint8 and "metres_per_step" not in encoding:
        raise ValueError(
            f"be a 16-bit image in steps of {METRES_PER_STEP} m, or dataset.json say the step in `metres_per_step`. "
            "Received: 8 bits."
        )
    # 32 bits are how Pillow opens some 16-bit files.
    most = 2**8 - 1 if values.dtype == np.uint8 else _MOST_STEPS
    if "range" not in encoding and (is_image or values.dtype.kind == "u"):
        rule = "hold no largest number of its type, or dataset.json say `invalid` [0, {0}], or a `range` that has it"
        refuse(valid & (values == most), values, rule.format(most))


def _refuse_other_units(metres: np.ndarray, valid: np.ndarray, whole: bool, encoding) -> None:
    nearest, farthest = encoding.get("range", (_NEAREST if whole else 0.0, _FARTHEST))
    ways = "or dataset.json say the unit in `metres_per_step` (of whole numbers), `invalid` numbers, "
    ways += "or another `range`; what is no depth is of kind `quantity`"
    # A millionth for steps that a float does not hold exactly.
    wrong = valid & ((metres < nearest * (1 - 1e-6)) | (metres > farthest * (1 + 1e-6)))
    refuse(wrong, metres, f"hold depths from {nearest} to {farthest} metres, {ways}")
    if "range" in encoding or not valid.any():
        return
    least, most = metres[valid].min(), metres[valid].max()
    if most < _NEAREST_ALL or least > _FARTHEST_ALL:
        raise ValueError(
            f"show something beyond {_NEAREST_ALL} and something within {_FARTHEST_ALL} metres, {ways}. "
            f"Received: {least:.6g} to {most:.6g} metres."
        )


def _write(label, ignored):
    steps = np.where(ignored, 0, np.round(label / METRES_PER_STEP))
    if ((steps < 1) & ~ignored).any() or steps.max() >= _MOST_STEPS:
        return npy_file(label)
    return png_file(steps[..., 0].astype(np.uint16))


FORMAT = LabelFormat(
    KINDS["depth"],
    _read,
    _write,
    settings={
        "metres_per_step": POSITIVE,
        "invalid": either(NUMBER, list_of(NUMBER, "a list of numbers")),
        "range": RANGE,
    },
    notes={"metres_per_step": METRES_PER_STEP},
)
