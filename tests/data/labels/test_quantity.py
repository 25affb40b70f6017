"""Files of numbers that are no depth: what they become."""

import numpy as np
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task

HEAT = get_task("quantity", name="heat", unit="K")


class TestQuantity(LabelKindContract):
    task = HEAT
    label = np.array([[-12.5, 293.1, 0], [np.nan, 2000, 1e6]], np.float32)[..., None]
    wrong = np.zeros([2, 3, 3])


def test_numbers_are_read_as_they_are_or_in_steps(read, row):
    assert read(HEAT, row(0, 300, dtype=np.uint16)).ravel().tolist() == [0, 300]
    stepped = read(HEAT, row(0, 29310, 65535, dtype=np.uint16), per_step=0.01, invalid=[0, 65535])
    np.testing.assert_allclose(stepped.ravel(), [np.nan, 293.1, np.nan], rtol=1e-6)
    np.testing.assert_array_equal(read(HEAT, row(-7.5, np.inf, dtype=float), ".npy").ravel(), [-7.5, np.nan])
