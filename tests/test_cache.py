"""What is kept lies where the environment says, and is made once."""

import subprocess
import sys

import pytest

from bmt_tf import _cache
from bmt_tf._cache import cache_folder, kept_file, key_of
from bmt_tf.tasks import KINDS, get_task
from bmt_tf.tasks.edges.measure import EdgeScoring


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


def test_a_key_tells_values_apart_and_is_the_same_in_every_process(root):
    tasks = [get_task("semseg"), get_task("edge"), get_task("edge", measure=EdgeScoring(max_distance=0.02))]
    values = [(), (1,), (1.0,), ("1",), ([1, 2],), ({"one": 1},), ({"one": 2},), (KINDS,), *((task,) for task in tasks)]
    values.append((get_task("edge", classes=("border",)),))
    keys = [key_of(*value) for value in values]
    assert all(keys) and len(set(keys)) == len(keys)
    program = "from bmt_tf._cache import key_of; from bmt_tf.tasks import get_task; print(key_of(get_task('semseg')))"
    said = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60)
    assert said.stdout.split() == [key_of(get_task("semseg"))], said.stderr


def test_a_key_is_another_where_the_code_is(monkeypatch):
    before = key_of(1)
    monkeypatch.setattr(_cache, "_code", lambda: "another")
    assert key_of(1) != before


@pytest.mark.parametrize("own", [lambda task: None, pytest.raises, {"measure": print}, object()])
def test_what_has_parts_of_the_users_own_has_no_key(own):
    assert key_of(1, own) == ""
    assert key_of(get_task("semseg", measure=lambda task: None)) == ""
