"""Files of disparity: a 16-bit PNG in steps of 1/256 of a pixel, 0 where there is none; or an array of pixels."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse
from bmt_tf.data.pixels import npy_file, png_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import NUMBER, POSITIVE, either, list_of, whole_number

PIXELS_PER_STEP = 1 / 256
_MOST_STEPS = 2**16 - 1


def _read(stored, is_image, task, encoding):
    values = one_channel(stored)
    if values.dtype == bool:
        raise ValueError("hold numbers of pixels or steps. Received: true and false.")
    invalid = ~np.isfinite(values) | np.isin(values, encoding.get("invalid", 0 if is_image else ()))
    pixels = values
    if values.dtype.kind in "iu":
        if is_image and values.dtype == np.uint8 and "pixels_per_step" not in encoding:
            raise ValueError(
                f"be a 16-bit image in steps of {PIXELS_PER_STEP} pixels, or dataset.json say the step in "
                "`pixels_per_step`. Received: 8 bits."
            )
        rule = "hold no largest number of its type, or dataset.json say `invalid` [0, {0}]"
        refuse(~invalid & (values == _MOST_STEPS), values, rule.format(_MOST_STEPS))
        step = encoding.get("pixels_per_step", PIXELS_PER_STEP if is_image else 1.0)
        pixels = (values.astype(np.float64) - encoding.get("zero", 0)) * step
    rule = "hold disparities from 0 pixels to the width of the image, or dataset.json say in `pixels_per_step` the "
    rule += "unit (of whole numbers), in `zero` the number of no disparity, in `invalid` what is not labelled"
    refuse(~invalid & ~((pixels >= 0) & (pixels <= values.shape[1])), pixels, rule)
    return np.where(invalid, np.nan, pixels).astype(np.float32)[..., None]


def _write(label, ignored):
    steps = np.where(ignored, 0, np.round(label / PIXELS_PER_STEP))
    if ((steps < 1) & ~ignored).any() or steps.max() >= _MOST_STEPS:
        return npy_file(label)
    return png_file(steps[..., 0].astype(np.uint16))


FORMAT = LabelFormat(
    KINDS["disparity"],
    _read,
    _write,
    settings={
        "pixels_per_step": POSITIVE,
        "zero": whole_number(0, _MOST_STEPS),
        "invalid": either(NUMBER, list_of(NUMBER, "a list of numbers")),
    },
)
