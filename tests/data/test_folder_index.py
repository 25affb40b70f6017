"""Listings of large folders are kept, and renewed when they are no longer true."""

import os
import time

import numpy as np
import pytest

from bmt_tf import _files as files
from bmt_tf.data import folder_index
from bmt_tf.data.folder_index import listing


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The cache folder, where folders of three files or more are kept."""
    monkeypatch.setenv("BMT_TF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(folder_index, "KEPT_FROM", 3)
    return tmp_path / "cache" / "folders"


@pytest.fixture
def folder(tmp_path):
    """A folder of four files, one of them with an odd name, that last changed an hour ago."""
    place = tmp_path / "large"
    place.mkdir()
    for number, name in enumerate(("a.png", "b [1].png", "ü.png", "z.png")):
        (place / name).write_bytes(b"x" * number)
    settle(place)
    return place


def settle(place, hours=1):
    then = time.time() - 3600 * hours
    os.utime(place, (then, then))


@pytest.fixture
def asked(monkeypatch):
    """What the file system was asked for: the folders whose files were named."""
    calls, real = [], files.file_names
    monkeypatch.setattr(files, "file_names", lambda folder: calls.append(folder) or real(folder))
    return calls


@pytest.mark.parametrize("remote", [False, True])
def test_a_folder_is_listed_once(folder, cache, asked, remote):
    place = f"file://{folder}" if remote else str(folder)
    first = listing(place)
    assert first.names == ["a.png", "b [1].png", "z.png", "ü.png"] and first.sizes.tolist() == [0, 1, 3, 2]
    second = listing(place)
    assert second.names == first.names and second.sizes.tolist() == first.sizes.tolist()
    assert len(asked) == 1 and len(os.listdir(cache)) == 1
    assert list(second.each()) == [("a.png", 0), ("b [1].png", 1), ("z.png", 3), ("ü.png", 2)]


def test_a_file_more_a_file_less_and_another_name_are_seen(folder, cache):
    listing(str(folder))
    (folder / "c.png").write_bytes(b"1234567")
    assert listing(str(folder)).names == ["a.png", "b [1].png", "c.png", "z.png", "ü.png"]
    settle(folder, 3)
    listing(str(folder))
    (folder / "c.png").unlink()
    (folder / "a.png").rename(folder / "aa.png")
    settle(folder, 2)
    assert listing(str(folder)).names == ["aa.png", "b [1].png", "z.png", "ü.png"]


def test_a_file_written_anew_in_its_place_is_seen(folder, cache):
    listing(str(folder))
    (folder / "z.png").write_bytes(b"something longer")
    settle(folder)
    os.utime(folder, ns=(0, int(np.load(next(cache.iterdir()))["changed"])))
    assert listing(str(folder)).sizes.tolist() == [0, 1, 16, 2]


def test_an_index_older_than_its_folder_is_renewed(folder, cache, asked):
    listing(str(folder))
    settle(folder, 0.5)
    assert listing(str(folder)).names and listing(str(folder)).names
    assert len(asked) == 2


def test_an_index_cut_in_the_middle_or_of_another_folder_is_made_again(folder, cache, tmp_path, asked):
    listing(str(folder))
    (index,) = cache.iterdir()
    whole = index.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no archive", whole.replace(b"large", b"Large")):
        index.write_bytes(content)
        assert listing(str(folder)).names == ["a.png", "b [1].png", "z.png", "ü.png"]
        assert index.read_bytes()[:2] == b"PK"
    assert len(asked) == 5


def test_a_place_that_cannot_be_written_is_warned_of_and_listed_anew(folder, cache, asked, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("BMT_TF_CACHE", str(tmp_path / "file"))
    for _ in range(2):
        with pytest.warns(UserWarning, match=r"large cannot be kept in .*file.*BMT_TF_CACHE"):
            assert len(listing(str(folder)).names) == 4
    assert len(asked) == 2


def test_a_folder_that_has_just_changed_is_not_kept(folder, cache):
    os.utime(folder)
    assert len(listing(str(folder)).names) == 4
    assert not cache.exists()


def test_small_folders_missing_ones_and_links_to_nothing_are_not_kept(folder, cache, tmp_path, monkeypatch):
    monkeypatch.setattr(folder_index, "KEPT_FROM", 5)
    assert listing(str(folder)).sizes is None
    assert listing(str(tmp_path / "nothing")).names == []
    monkeypatch.setattr(folder_index, "KEPT_FROM", 3)
    (folder / "y.png").symlink_to(tmp_path / "nothing")
    settle(folder)
    assert len(listing(str(folder)).names) == 5 and listing(str(folder)).sizes is None
    assert not cache.exists()


def test_it_can_be_turned_off_and_has_a_usual_place(folder, cache, monkeypatch, tmp_path):
    monkeypatch.setenv("BMT_TF_CACHE", "off")
    assert listing(str(folder)).sizes is None
    monkeypatch.delenv("BMT_TF_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    listing(str(folder))
    assert len(os.listdir(tmp_path / "caches" / "bmt_tf" / "folders")) == 1


def test_where_no_time_is_told_sizes_are_taken_while_names_are_the_same(folder, cache, asked, monkeypatch):
    monkeypatch.setattr(files, "changed_at", lambda path: 0)
    sizes, real = [], files.file_sizes
    monkeypatch.setattr(files, "file_sizes", lambda paths: sizes.append(len(paths)) or real(paths))
    for _ in range(2):
        assert listing(str(folder)).sizes.tolist() == [0, 1, 3, 2]
    (folder / "zz.png").write_bytes(b"12345")
    assert listing(str(folder)).sizes.tolist() == [0, 1, 3, 5, 2]
    assert sizes == [4, 4, 5] and len(asked) == 3


def test_a_file_that_goes_while_sizes_are_compared_is_no_error(folder, cache):
    listing(str(folder))
    (folder / "z.png").unlink()
    os.utime(folder, ns=(0, int(np.load(next(cache.iterdir()))["changed"])))
    assert listing(str(folder)).names == ["a.png", "b [1].png", "ü.png"]
