"""Shards are written whole, with what describes them; `sets/test_shards` reads them back."""

import json

import pytest

from bmt_tf.data import Scenes, open_data, write_shards


def test_why_nothing_can_be_scored_is_kept_and_the_description_is_that_of_a_data_folder(tmp_path):
    source = Scenes("val", 1, 16, 16).only(["depth", "indoors"])
    source.unlabelled = "the labels are dummies"
    root = write_shards({"val": source}, tmp_path / "out")
    assert open_data(root, "val").unlabelled == "the labels are dummies"
    with open(f"{root}/shards.json") as file:
        content = json.load(file)
    assert content["splits"] == ["val"] and set(content["tasks"]) == {"depth", "indoors"}


def test_what_cannot_be_written_is_refused_by_name(tmp_path):
    sources = {"val": Scenes("val", 1, 16, 16).only(["depth"])}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "photo.png").write_bytes(b"")
    with pytest.raises(FileExistsError, match="`root` must be a new folder, or one of shards"):
        write_shards(sources, tmp_path / "mine")
    with pytest.raises(ValueError, match="`root` must be a local folder"):
        write_shards(sources, f"file://{tmp_path}/remote")
    with pytest.raises(ValueError, match=r"`sources` must not be empty"):
        write_shards(sources, tmp_path / "none", images=0)
    sources["val"].ids = ("two\nlines",)
    with pytest.raises(ValueError, match=r"`sources` must have ids of one line each"):
        write_shards(sources, tmp_path / "odd")
    assert not (tmp_path / "odd").exists()
