"""Tests of what may stand after `--data`."""

import pytest

from bmt_tf.data import Folder, Nyud, Scenes, open_data
from bmt_tf.data.sets.planted import Planted


def test_a_folder_is_told_by_its_description(data_folder):
    source = open_data(str(data_folder), "val")
    assert type(source) is Folder and source.split == "val"


def test_nyud_is_told_by_its_lists(tmp_path):
    (tmp_path / "gt_sets").mkdir()
    (tmp_path / "gt_sets" / "train.txt").write_text("0001\n")
    assert type(open_data(str(tmp_path), "train")) is Nyud


def test_the_embedded_data_takes_options():
    source = open_data("scenes:val=3,height=16,width=24", "val")
    assert type(source) is Scenes and (source.split, len(source)) == ("val", 3)
    source = open_data("planted:val=4", "val")
    assert type(source) is Planted and (source.split, len(source)) == ("val", 4)


def test_anything_else_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"`data` must be 'scenes', 'planted', a folder with a dataset\.json"):
        open_data(str(tmp_path), "train")
