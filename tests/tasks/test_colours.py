"""Colours of classes."""

import pytest

from bmt_tf.tasks import voc_colours


def test_colours_are_those_of_pascal_voc():
    colours = voc_colours(21)
    assert colours[0] == (0, 0, 0)
    assert colours[1] == (128, 0, 0)
    assert colours[8] == (64, 0, 0)
    assert colours[15] == (192, 128, 128)  # person
    assert colours[20] == (0, 64, 128)  # tvmonitor


def test_all_colours_differ():
    assert len(set(voc_colours(256))) == 256


def test_other_numbers_of_classes_are_refused():
    for count in (-1, 257):
        with pytest.raises(ValueError, match=f"`count`.*{count}"):
            voc_colours(count)
