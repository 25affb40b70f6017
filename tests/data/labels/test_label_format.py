"""Checks of the numbers in label files."""

import numpy as np
import pytest

from bmt_tf.data.labels.label_format import one_channel, one_vector, refuse, whole_numbers
from bmt_tf.tasks import get_task


def test_numbers_that_obey_the_rule_pass():
    values = np.arange(4)
    refuse(values > 9, values, "be small")
    assert whole_numbers(np.array([1.0, 2.0])).dtype == np.int64
    assert one_channel(np.zeros([2, 3, 1])).shape == (2, 3)


def test_the_first_wrong_numbers_are_named_with_their_count():
    values = np.array([7, 7, 1, 9])
    with pytest.raises(ValueError, match=r"be small\. Received: 7, 9 in 3 places\."):
        refuse(values > 5, values, "be small")
    with pytest.raises(ValueError, match=r"be none\. Received: 0, 1, 2, 3, 4, \.\.\. in 8 places\."):
        refuse(np.ones(8, bool), np.arange(8), "be none")


def test_other_shapes_and_fractions_are_refused():
    with pytest.raises(ValueError, match=r"one channel.*shape \[2, 3, 4\]"):
        one_channel(np.zeros([2, 3, 4]))
    with pytest.raises(ValueError, match=r"the shape \[5\]. Received: shape \[4\]"):
        one_vector(np.zeros(4), get_task("attributes", channels=5))
    with pytest.raises(ValueError, match="whole numbers"):
        whole_numbers(np.array([0.5]))
