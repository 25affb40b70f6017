"""What the layouts have in common."""

import numpy as np
import pytest

from bmt_tf.data import Scenes, write_layout
from bmt_tf.data.layouts.layout import Slot, class_numbers, id_lists, stored_classes


def test_classes_become_those_of_their_name_or_the_nearest_ones():
    assert class_numbers(["bed", "seat", "sky"], ["chair", "bed"], {"seat": "chair"}) == [1, 0, None]


def test_classes_are_stored_as_their_numbers_and_ignored_ones_as_theirs():
    label = np.uint8([[[0], [1], [255]]])
    assert stored_classes(label, [7, 9], 3).tolist() == [[7, 9, 3]]
    assert stored_classes(label, [7, 459], 255).tolist() == [[7, 459, 255]]


def test_a_list_of_ids_has_those_of_its_split_in_their_order():
    slots = {Slot("val", "b", 0): {}, Slot("train", "c", 0): {}, Slot("val", "a", 1): {}}
    assert id_lists("lists")(slots) == {"lists/val.txt": b"b\na\n", "lists/train.txt": b"c\n"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"layout": "nyu"}, "`layout` be one of celeba, cityscapes, nyud, pascal_context, taskonomy"),
        ({"images": 0}, "`images` be at least 1"),
        ({"sources": {}}, "`sources` must not be empty"),
        ({"sources": {"test": Scenes("val", 1, 8, 8)}}, "splits of the layout 'nyud', train, val"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        write_layout(**{"sources": {"val": Scenes("val", 1, 8, 8)}, "root": tmp_path, "layout": "nyud", **wrong})
