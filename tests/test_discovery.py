"""What the files of a folder hold is found without a list."""

from bmt_tf._discovery import values_in
from bmt_tf.data import labels, sets
from bmt_tf.data.labels import depth
from bmt_tf.data.sets import nyud


def test_every_module_that_has_the_constant_gives_it_and_others_nothing():
    formats = values_in(labels, "FORMAT")
    assert depth.FORMAT in formats
    assert [one.name for one in formats] == sorted(one.name for one in formats)
    assert nyud.DATA_SET in values_in(sets, "DATA_SET")
    assert values_in(sets, "FORMAT") == []
