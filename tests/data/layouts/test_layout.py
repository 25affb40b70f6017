"""Classes of one data set in the words of another."""

from bmt_tf.data.layouts.layout import class_numbers


def test_classes_become_those_of_their_name_or_the_nearest_ones():
    assert class_numbers(["bed", "seat", "sky"], ["chair", "bed"], {"seat": "chair"}) == [1, 0, None]
