"""Files of saliency: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task


class TestSaliency(LabelKindContract):
    task = get_task("saliency")
    label = np.array([[0, 1, 1], [255, 0, 1]], np.uint8)[..., None]
    wrong = np.full([2, 3], 128, np.uint8)


def test_saliency(read, row):
    task = get_task("saliency")
    assert read(task, row(0, 255, 128)).ravel().tolist() == [0, 1, 255]
    assert read(task, row(0, 255, 9), ignore=9).ravel().tolist() == [0, 1, 255]
    assert read(task, row(0, 1, 255), ".npy").ravel().tolist() == [0, 1, 255]
    assert read(task, row(False, True, dtype=bool)).ravel().tolist() == [0, 1]
    assert read(task, row(0, 127, 128, 255), positive_from=128).ravel().tolist() == [0, 0, 1, 1]
    assert read(task, row(0, 7, 255), positive_from=200, ignore=7).ravel().tolist() == [0, 255, 1]
    with pytest.raises(ValueError, match=r"be an 8-bit image\. Received: 16 bits"):
        read(task, row(0, 300, dtype=np.uint16), positive_from=128)
    with pytest.raises(ValueError, match=r"0, 255 \(salient\) or 128 \(ignored\)\. Received: 1 in 1 places"):
        read(task, row(0, 1))
