"""Files of offsets to instances' centres: an array of pixels, or an image with the number of each pixel's instance."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse, whole_numbers
from bmt_tf.data.pixels import npy_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import NUMBER, either, list_of, one_of, whole_number

_FIRST = 1  # the least number that is an instance


def centre_offsets(numbers: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    """Returns for each pixel the way to the centre of its instance, in the form of the kind `instances`.

    Args:
        numbers: int `[H, W]`, pixels of one instance have one number; parts of it need not touch.
        labelled: bool `[H, W]`, which pixels belong to an instance at all.

    Returns:
        float32 `[H, W, 2]` in pixels: to the right and down; NaN where not labelled.
    """
    offsets = np.full((*numbers.shape, 2), np.nan, np.float32)
    rows, columns = np.nonzero(labelled)
    _, instance, sizes = np.unique(numbers[labelled], return_inverse=True, return_counts=True)
    for channel, places in enumerate((columns, rows)):
        centres = np.bincount(instance, places, len(sizes)) / sizes
        offsets[rows, columns, channel] = centres[instance] - places
    return offsets


def _read(stored, is_image, task, encoding):
    if is_image:
        numbers = whole_numbers(one_channel(stored))
        return centre_offsets(
            numbers, (numbers >= encoding.get("first", _FIRST)) & ~np.isin(numbers, encoding.get("ignore", ()))
        )
    if stored.ndim != 3 or stored.shape[2] != 2 or stored.dtype.kind not in "fi":
        raise ValueError(f"be numbers of the shape [H, W, 2]. Received: {stored.dtype} {list(stored.shape)}.")
    offsets = stored.astype(np.float32)
    refuse(np.isinf(offsets), offsets, "hold finite numbers, or NaN where there is no instance")
    half = np.isnan(offsets).any(-1) & ~np.isnan(offsets).all(-1)
    refuse(half, half, "hold NaN in both channels or in neither")
    offsets = offsets[..., ::-1] if encoding.get("order") == "down_right" else offsets
    offsets = -offsets if encoding.get("towards") == "pixel" else offsets
    if encoding.get("centres") != "anywhere":
        _refuse_outside(offsets)
    return np.ascontiguousarray(offsets)


def _refuse_outside(offsets: np.ndarray) -> None:
    """Raises where an offset leads out of the image, in which the mean place of seen pixels must lie."""
    height, width = offsets.shape[:2]
    places = np.stack([np.arange(width) + offsets[..., 0], np.arange(height)[:, None] + offsets[..., 1]], axis=-1)
    outside = (places < -1) | (places > [width, height])  # a pixel of play for those who begin to count at 1/2 or 1
    rule = 'lead to places in the image, or dataset.json say `order` "down_right", `towards` "pixel", or `centres` '
    refuse(outside, offsets, rule + '"anywhere"')


def _write(label, ignored):
    return npy_file(label)


FORMAT = LabelFormat(
    KINDS["instances"],
    _read,
    _write,
    settings={
        "first": whole_number(0, 2**31 - 1),
        "ignore": either(NUMBER, list_of(NUMBER, "a list of numbers")),
        "order": one_of("right_down", "down_right"),
        "towards": one_of("centre", "pixel"),
        "centres": one_of("inside", "anywhere"),
    },
)
