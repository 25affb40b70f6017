"""Files of attributes: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task


class TestAttributes(LabelKindContract):
    task = get_task("attributes", channels=3)
    label = np.array([0, 1, 1], np.uint8)
    wrong = np.array([0, 1, -1])

    def test_single_attributes_may_be_unknown(self, read):
        assert read(self.task, np.array([1, 255, 0], np.uint8), ".npy").tolist() == [1, 255, 0]


def test_attributes(read):
    task = get_task("attributes", channels=3)
    assert read(task, np.array([0, 1, 255]), ".npy").tolist() == [0, 1, 255]
    with pytest.raises(ValueError, match=r"0, 1 or 255 \(unknown\)\. Received: -1"):
        read(task, np.array([0, 1, -1]), ".npy")
