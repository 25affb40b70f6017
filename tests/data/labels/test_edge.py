"""Files of edges: what their numbers become, and which are refused."""

import numpy as np
import pytest
from contracts.kinds import LabelKindContract
from PIL import Image

from bmt_tf.data.labels.label_files import read_label
from bmt_tf.tasks import get_task

EDGE = get_task("edge")


class TestEdge(LabelKindContract):
    task = EDGE
    label = np.array([[0, 1, 1], [0, 0, 1]], np.uint8)[..., None]
    wrong = np.full([2, 3], 255, np.uint8)


def test_edge(read, row):
    assert read(EDGE, row(0, 255)).ravel().tolist() == [0, 1]
    assert read(EDGE, row(0, 127, 128, 255), positive_from=128).ravel().tolist() == [0, 0, 1, 1]
    assert read(EDGE, row(0, 1), positive_from=1).ravel().tolist() == [0, 1]
    assert read(EDGE, row(False, True, dtype=bool)).ravel().tolist() == [0, 1]
    assert read(EDGE, row(0, 0.4, 0.5, 1, dtype=float), ".npy").ravel().tolist() == [0, 0, 1, 1]
    with pytest.raises(ValueError, match=r"numbers from 0 to 1, .*`ignore`.*\. Received: 255"):
        read(EDGE, row(0, 255), ".npy")


def test_255_may_mean_ignored_where_the_description_says_so(read, row):
    encoding = {"positive_from": 1, "ignore": 255}
    assert read(EDGE, row(0, 1, 255), **encoding).ravel().tolist() == [0, 1, 255]
    assert read(EDGE, row(0, 1, 255), ".npy", **encoding).ravel().tolist() == [0, 1, 255]
    assert read(EDGE, row(0, 128, 255), ignore=128).ravel().tolist() == [0, 255, 1]
    assert read(EDGE, row(0, 1, 255), positive_from=1, ignore=None).ravel().tolist() == [0, 1, 1]


@pytest.mark.parametrize("stated", [{}, {"positive_from": 128}])
def test_files_of_0_and_1_are_refused_and_the_setting_named(read, row, stated):
    with pytest.raises(ValueError, match=r"label\.png: a label of task 'edge' must .*`positive_from`.*Received: .*1"):
        read(EDGE, row(0, 1), **stated)
    with pytest.raises(ValueError, match=r"label\.png: a label of task 'edge' must .*`ignore`.*Received: .*1"):
        read(EDGE, row(0, 1, 255), **stated)


def test_other_values_are_refused_unless_the_description_says_from_which_on(read, row):
    for values in ((0, 128, 255), (0, 100), (0, 1, 2, 255)):
        with pytest.raises(ValueError, match="`positive_from`"):
            read(EDGE, row(*values))
    with pytest.raises(ValueError, match=r"have an edge.*Received: \[0, 100\]"):
        read(EDGE, row(0, 100), positive_from=128)


def test_16_bit_files_are_refused_unless_the_description_says_from_which_number_on(read, row):
    values = row(0, 65535, dtype=np.uint16)
    for stated in ({}, {"positive_from": 128}):
        with pytest.raises(ValueError, match=r"8-bit image, .*`positive_from`.*Received: 16 bits.* 65535"):
            read(EDGE, values, **stated)
    assert read(EDGE, values, positive_from=32768).ravel().tolist() == [0, 1]


def test_a_palette_of_black_and_white_is_read_by_its_colours(tmp_path):
    image = Image.fromarray(np.array([[0, 1]], np.uint8))
    image.putpalette([0, 0, 0, 255, 255, 255])
    image.save(tmp_path / "a.png")
    assert read_label(str(tmp_path / "a.png"), EDGE, {}).ravel().tolist() == [0, 1]
    image.putpalette([255, 255, 255, 0, 0, 0])
    image.save(tmp_path / "b.png")
    assert read_label(str(tmp_path / "b.png"), EDGE, {}).ravel().tolist() == [1, 0]
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(tmp_path / "c.png")
    with pytest.raises(ValueError, match=r"c\.png: a label of task 'edge' must have one channel"):
        read_label(str(tmp_path / "c.png"), EDGE, {})
