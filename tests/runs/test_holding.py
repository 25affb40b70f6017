"""Two processes do not work in one run directory, and a killed one does not keep it."""

import os
import socket
import subprocess
import sys
import time

import pytest

from bmt_tf._files import exists, read_json, write_json
from bmt_tf.runs import holding
from bmt_tf.runs.holding import held


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "run" / "in_use.json")


def _note(path, **changes):
    here = {"host": socket.gethostname(), "pid": os.getppid(), "since": "noon", "alive": time.time()}
    write_json(path, here | {"process": holding._process(here["pid"])} | changes)


def test_a_directory_is_held_while_the_work_lasts_even_where_it_fails(path):
    with held(os.path.dirname(path)):
        assert read_json(path)["pid"] == os.getpid()
        with held(os.path.dirname(path)):  # the same process again, as in a notebook
            pass
    with pytest.raises(KeyError), held(os.path.dirname(path)):
        raise KeyError
    assert not exists(path)


def test_the_second_process_is_refused_and_told_of_the_first(path):
    _note(path)
    with pytest.raises(RuntimeError, match=rf"process {os.getppid()} on host .* since noon; if it is gone, remove"):
        with held(os.path.dirname(path)):
            pass
    assert read_json(path)["since"] == "noon"


def test_what_a_killed_process_left_does_not_block(path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for left in ({"pid": gone.pid}, {"process": "an earlier start"}):
        _note(path, **left)
        with held(os.path.dirname(path)):
            assert read_json(path)["pid"] == os.getpid()


def test_a_process_on_another_host_is_known_by_its_signs_of_life(path, monkeypatch):
    _note(path, host="elsewhere")
    with pytest.raises(RuntimeError, match="on host elsewhere"), held(os.path.dirname(path)):
        pass
    _note(path, host="elsewhere", alive=time.time() - holding.SILENCE - 1)
    monkeypatch.setattr(holding, "BEAT", 0.01)
    with held(os.path.dirname(path)):
        first = read_json(path)["alive"]
        time.sleep(0.2)
        assert read_json(path)["alive"] > first


def test_a_note_that_was_cut_off_does_not_block(path):
    os.makedirs(os.path.dirname(path))
    open(path, "w").close()
    with held(os.path.dirname(path)):
        assert read_json(path)["pid"] == os.getpid()


def test_of_two_that_start_at_the_same_moment_one_works(path, monkeypatch):
    unseen = iter([{}])  # The other's note comes between this one's look and its own note.
    read = holding._read
    monkeypatch.setattr(holding, "_read", lambda path: next(unseen, None) or read(path))
    monkeypatch.setattr(holding.files, "remove", lambda path: None)
    _note(path)
    with pytest.raises(RuntimeError, match=rf"process {os.getppid()} on host .* since noon"):
        with held(os.path.dirname(path)):
            pass
    assert read_json(path)["since"] == "noon"
