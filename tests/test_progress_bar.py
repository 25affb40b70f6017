"""Progress is a bar on a terminal, and elsewhere one line per phase and one every so often."""

import io
import sys

import pytest
import tqdm

from bmt_tf import _progress_bar
from bmt_tf._progress_bar import progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_in_a_file_a_phase_is_one_line(capsys):
    assert list(progress_bar(range(500), desc="evaluate", unit="batch", leave=False)) == list(range(500))
    assert capsys.readouterr().err == "evaluate: 500/500 batch, 00:00\n"


def test_in_a_file_long_work_says_so_every_so_often(capsys, monkeypatch):
    monkeypatch.setattr(_progress_bar, "LINES_EVERY", 0.0)
    with progress_bar(desc="run", unit="step", total=2) as bar:
        bar.set_postfix_str("train depth=1")
        bar.update(1)
        bar.refresh()
        bar.update(1)
    assert capsys.readouterr().err.splitlines() == [f"run: {n}/2 step, 00:00, train depth=1" for n in (1, 2, 2)]


def test_work_that_is_broken_off_says_how_far_it_came(capsys):
    with pytest.raises(KeyError), progress_bar(desc="predict", unit="image") as bar:
        bar.update(3)
        raise KeyError
    assert capsys.readouterr().err == "predict: 3 image, 00:00\n"


def test_on_a_terminal_it_is_a_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(range(3), desc="evaluate", unit="batch") as bar:
        assert isinstance(bar, tqdm.tqdm)


def test_a_process_that_shows_nothing_writes_nothing(capsys):
    with progress_bar(desc="run", unit="step", total=2, disable=True) as bar:
        bar.update(2)
    assert capsys.readouterr().err == ""
