"""Files of edges: an 8-bit PNG of 0 and 255, or an edge from a stated grey value on; or an array from 0 to 1."""

import numpy as np

from bmt_tf.data.labels.label_format import LabelFormat, one_channel, refuse
from bmt_tf.data.pixels import png_file
from bmt_tf.tasks import KINDS
from bmt_tf.tasks.setting_rules import NULL, either, whole_number

_POSITIVE = 255


def _read(stored, is_image, task, encoding):
    values = one_channel(stored)
    if is_image:
        values = values * np.uint8(_POSITIVE) if values.dtype == bool else values
    ignored = values == encoding["ignore"] if encoding.get("ignore") is not None else np.zeros(values.shape, bool)
    if is_image:
        edge = values >= _threshold(values, values[~ignored], encoding)
    else:
        wrong = ~ignored & ~((values >= 0) & (values <= 1))
        refuse(wrong, values, "hold numbers from 0 to 1, or dataset.json say in `ignore` which is not labelled")
        edge = values >= 0.5
    return np.where(ignored, 255, edge).astype(np.uint8)[..., None]


def _threshold(stored: np.ndarray, values: np.ndarray, encoding) -> int:
    """Returns the grey value from which an image file has an edge; what cannot be such an image is refused."""
    stated = encoding.get("positive_from")
    if stored.dtype != np.uint8 and (stated is None or stated <= _POSITIVE):
        raise ValueError(
            f"be an 8-bit image, or dataset.json say in `positive_from` from which number above {_POSITIVE} on there "
            f"is an edge. Received: {8 * stored.dtype.itemsize} bits, the largest number {stored.max(initial=0)}."
        )
    if stated is None:
        rule = "hold 0 and 255 (edge), or dataset.json say in `positive_from` from which number on there is an edge"
        refuse(~np.isin(values, (0, _POSITIVE)), values, f"{rule}, in `ignore` which is not labelled")
        return _POSITIVE
    found = np.unique(values)
    if set(found.tolist()) in ({1, 255}, {0, 1, 255}) and "ignore" not in encoding:
        raise ValueError(
            "hold edges that are either 1 or 255, or dataset.json say in `ignore` which is not labelled (255, or null "
            f"for none). Received: {found.tolist()}."
        )
    if len(found) <= 3 and 0 < found.max(initial=0) < stated:
        raise ValueError(
            f"have an edge, or nothing but 0, with `positive_from` {stated} as dataset.json says. "
            f"Received: {found.tolist()}."
        )
    return stated


def _write(label, ignored):
    if ignored.any():
        raise ValueError(
            f"`label` of an edge task must be labelled everywhere or nowhere, as no file can hold it otherwise. "
            f"Received: {int(ignored.sum())} of {ignored.size} pixels ignored."
        )
    return png_file(label[..., 0] * np.uint8(_POSITIVE))


FORMAT = LabelFormat(
    KINDS["edge"],
    _read,
    _write,
    settings={
        "positive_from": whole_number(1, 65535),
        "ignore": either(whole_number(0, 65535), NULL),
    },
)
