"""What is kept lies where the environment says, and is made once."""

import pytest

from bmt_tf._cache import cache_folder, kept_file


@pytest.fixture
def made(tmp_path, monkeypatch):
    """What was made, one entry each time, for a cache in a folder of the test."""
    monkeypatch.setenv("BMT_TF_CACHE", str(tmp_path / "cache"))
    return []


def make(made):
    def into(folder):
        made.append(folder)
        with open(f"{folder}/file.bin", "wb") as file:
            file.write(b"content")

    return into


def test_a_file_is_made_once(made, tmp_path):
    assert [kept_file("things", "file.bin", make(made)) for _ in range(2)] == [b"content"] * 2
    assert len(made) == 1
    assert [path.name for path in (tmp_path / "cache" / "things").iterdir()] == ["file.bin"]


def test_nothing_is_kept_where_it_is_off(made, tmp_path, monkeypatch):
    monkeypatch.setenv("BMT_TF_CACHE", "off")
    assert [kept_file("things", "file.bin", make(made)) for _ in range(2)] == [b"content"] * 2
    assert len(made) == 2 and not (tmp_path / "cache").exists()


def test_nothing_is_kept_of_what_failed(made, tmp_path):
    with pytest.raises(OSError, match=r"file\.bin"):
        kept_file("things", "file.bin", lambda folder: None)
    assert not (tmp_path / "cache").exists()


def test_a_place_that_cannot_be_written_is_warned_of(made, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BMT_TF_CACHE", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match=r"file\.bin cannot be kept in .*BMT_TF_CACHE"):
        assert kept_file("things", "file.bin", make(made)) == b"content"


def test_it_has_a_usual_place(monkeypatch):
    monkeypatch.delenv("BMT_TF_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder("things") == "/caches/bmt_tf/things"
