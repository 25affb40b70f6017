"""Tests of what may stand after `--data`."""

import shutil

import pytest

from bmt_tf.data import (
    DataSet,
    Folder,
    Nyud,
    Scenes,
    check_data,
    data_tasks,
    open_data,
    opening,
    register_data_set,
    split_names,
)
from bmt_tf.data.sets.planted import TASKS, Planted


@pytest.fixture
def nyud_root(tmp_path):
    (tmp_path / "gt_sets").mkdir()
    (tmp_path / "gt_sets" / "train.txt").write_text("0001\n")
    return str(tmp_path)


def test_a_folder_is_told_by_its_description(data_folder):
    source = open_data(str(data_folder), "val")
    assert type(source) is Folder and source.split == "val"


def test_nyud_is_told_by_its_lists(nyud_root):
    assert type(open_data(nyud_root, "train")) is Nyud


def test_a_description_goes_before_what_else_lies_in_a_folder(data_folder):
    (data_folder / "gt_sets").mkdir()
    assert type(open_data(str(data_folder), "val")) is Folder


def test_the_embedded_data_takes_options():
    source = open_data("scenes:val=3,height=16,width=24", "val")
    assert type(source) is Scenes and (source.split, len(source)) == ("val", 3)
    source = open_data("planted:val=4", "val")
    assert type(source) is Planted and (source.split, len(source)) == ("val", 4)


def test_anything_else_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"`data` must be 'scenes', 'planted', a folder with a dataset\.json"):
        open_data(str(tmp_path), "train")
    for function in (data_tasks, split_names):
        with pytest.raises(FileNotFoundError, match=r"a folder with a dataset\.json, .*, or a .*folder"):
            function(str(tmp_path))


def test_tasks_and_splits_are_known_without_any_image(data_folder, nyud_root):
    for split in ("train", "val"):
        shutil.rmtree(data_folder / split)
    assert list(data_tasks(str(data_folder))) == ["semseg", "depth", "normals", "edge"]
    assert split_names(str(data_folder)) == ("train", "val")
    assert list(data_tasks(nyud_root)) == ["semseg", "depth", "normals", "edge"]
    assert split_names(nyud_root) == ("train", "val")
    assert tuple(data_tasks("planted:val=4")) == TASKS and split_names("planted") == ("train", "val")


def test_a_wrong_option_is_refused_where_only_the_tasks_are_asked_for():
    with pytest.raises(ValueError, match="Received: 'size=3' in data='scenes:size=3'"):
        data_tasks("scenes:size=3")


@pytest.fixture
def own():
    """A data set of one's own, registered."""
    new = DataSet(
        name="dots",
        form="'dots'",
        recognises=lambda data: data == "dots",
        tasks=lambda data: Planted.every_task,
        splits=lambda data: ("val", "test"),
        open=lambda data, split: Planted("val", 3),
    )
    register_data_set(new)
    yield new
    del opening._data_sets()["dots"]


def test_a_data_set_of_ones_own_is_found_named_and_checked(own, tmp_path):
    assert len(open_data("dots", "test")) == 3 and tuple(data_tasks("dots")) == TASKS
    assert split_names("dots") == ("val", "test")
    assert check_data("dots") == []
    with pytest.raises(FileNotFoundError, match=r"'dots', .*Received"):
        open_data(str(tmp_path), "train")


def test_a_name_is_taken_once_unless_it_is_replaced(own):
    other = DataSet(own.name, "'dots' or 'spots'", own.recognises, own.tasks, own.splits, own.open)
    with pytest.raises(ValueError, match=r"`new` must have a name that is not taken.*'dots'"):
        register_data_set(other)
    register_data_set(other, replace=True)
    assert opening.find_data_set("dots").data_set is other
    with pytest.raises(TypeError, match="`new` must be a DataSet"):
        register_data_set("dots")


def test_a_data_set_can_be_named_before_its_folder(data_folder, nyud_root):
    assert open_data(f"folder:{data_folder}", "val").ids == ("d", "e")
    assert split_names(f"nyud:{nyud_root}") == ("train", "val") and "semseg" in data_tasks(f"nyud:{nyud_root}")
    assert check_data(f"folder:{data_folder}") == []
    with pytest.raises(FileNotFoundError, match=r"must be one with a list .*gt_sets/train\.txt"):
        open_data(f"nyud:{data_folder}", "train")
    with pytest.raises(FileNotFoundError, match="the name of the data set and a colon may stand before a folder"):
        open_data(f"places:{nyud_root}", "train")
