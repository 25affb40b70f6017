"""Files of edges: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task


class TestEdge(LabelKindContract):
    task = get_task("edge")
    label = np.array([[0, 1, 1], [0, 0, 1]], np.uint8)[..., None]
    wrong = np.full([2, 3], 255, np.uint8)


def test_edge(read, row):
    task = get_task("edge")
    assert read(task, row(0, 127, 128, 255)).ravel().tolist() == [0, 0, 1, 1]
    assert read(task, row(0, 1), positive_from=1).ravel().tolist() == [0, 1]
    assert read(task, row(False, True, dtype=bool)).ravel().tolist() == [0, 1]
    assert read(task, row(0, 0.4, 0.5, 1, dtype=float), ".npy").ravel().tolist() == [0, 0, 1, 1]
    with pytest.raises(ValueError, match=r"numbers from 0 to 1\. Received: 255"):
        read(task, row(0, 255), ".npy")
