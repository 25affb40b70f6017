"""Files of classes: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.tasks import get_task

SEMSEG = get_task("semseg", channels=3)


class TestSegmentation(LabelKindContract):
    task = SEMSEG
    label = np.array([[0, 1, 2], [255, 1, 1]], np.uint8)[..., None]
    wrong = np.full([2, 3], 57, np.uint8)


def test_classes(read, row):
    assert read(SEMSEG, row(0, 2, 255)).ravel().tolist() == [0, 2, 255]
    assert read(SEMSEG, row(0, 2, 255), ".npy").ravel().tolist() == [0, 2, 255]
    assert read(SEMSEG, row(0, 1, 3), first=1, ignore=0).ravel().tolist() == [255, 0, 2]
    assert read(SEMSEG, row(0, 7, 255), ignore=[7, 255]).ravel().tolist() == [0, 255, 255]
    assert read(SEMSEG, row(1.0, 2.0, dtype=float)[..., None], ".npy").ravel().tolist() == [1, 2]


@pytest.mark.parametrize("ignore", [{}, {"first": 1, "ignore": 0}])
def test_a_class_out_of_range_is_named(read, ignore, row):
    allowed = "1 to 3, or 0" if ignore else "0 to 2, or 255"
    message = (
        rf"label\.png: a label of task 'semseg' must hold classes {allowed} \(ignored\)\. Received: 57 in 2 places"
    )
    with pytest.raises(ValueError, match=message):
        read(SEMSEG, row(1, 57, 57), **ignore)


def test_many_wrong_classes_are_abbreviated(read):
    with pytest.raises(ValueError, match=r"3, 4, 5, 6, 7, \.\.\. in 20 places"):
        read(SEMSEG, np.arange(23, dtype=np.uint8)[None])


@pytest.mark.parametrize("value", [0.5, np.nan, np.inf])
def test_classes_are_whole_numbers(read, row, value):
    with pytest.raises(ValueError, match="must hold whole numbers"):
        read(SEMSEG, row(value, dtype=float), ".npy")


def test_class_labels_have_one_channel(read):
    with pytest.raises(ValueError, match=r"must have one channel.*\[4, 6, 3\]"):
        read(SEMSEG, np.zeros([4, 6, 3], np.uint8))
