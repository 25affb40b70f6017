"""Files of scene probabilities: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task


class TestScene(LabelKindContract):
    task = get_task("scene", channels=3)
    label = np.array([0.25, 0.5, 0.25], np.float32)
    wrong = np.array([0.5, 0.6, 0.2])


def test_scene_probabilities(read):
    task = get_task("scene", channels=2)
    np.testing.assert_allclose(read(task, np.array([0.25, 0.75]), ".npy"), [0.25, 0.75])
    assert np.isnan(read(task, np.full(2, np.nan), ".npy")).all()
    for wrong in ([0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="probabilities that sum to 1"):
            read(task, np.array(wrong), ".npy")
    with pytest.raises(ValueError, match=r"the shape \[2\]. Received: shape \[3\]"):
        read(task, np.ones(3) / 3, ".npy")
