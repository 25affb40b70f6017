"""What the chief writes and others read: written once, replaced where a run is begun anew, waited for with a bound."""

import threading

import pytest
import tensorflow as tf

from bmt_tf._files import write_json
from bmt_tf.runs import chief_files
from bmt_tf.runs.chief_files import written_by_chief

STRATEGY = tf.distribute.get_strategy()


def _refuse():
    raise AssertionError("The content must not be made.")


def test_file_is_written_once_and_again_only_where_the_run_begins_anew(tmp_path):
    path = str(tmp_path / "run" / "split.json")
    assert written_by_chief(STRATEGY, path, lambda: {"first": 1}, anew=False) == {"first": 1}
    assert written_by_chief(STRATEGY, path, _refuse, anew=False) == {"first": 1}
    assert written_by_chief(STRATEGY, path, lambda: {"second": 2}, anew=True) == {"second": 2}


def test_another_worker_waits_until_the_file_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(chief_files, "is_chief", lambda strategy: False)
    path = str(tmp_path / "costs.json")
    chief = threading.Timer(0.5, write_json, (path, {"unit": "parameters"}))
    chief.start()
    assert written_by_chief(STRATEGY, path, _refuse, anew=True) == {"unit": "parameters"}
    chief.join()


def test_waiting_ends_with_a_message_that_names_file_and_directory(tmp_path, monkeypatch):
    monkeypatch.setattr(chief_files, "is_chief", lambda strategy: False)
    monkeypatch.setattr(chief_files, "WAITED_SECONDS", 0.3)
    with pytest.raises(TimeoutError, match=f"`run_dir` must be .*{tmp_path}.*split.json"):
        written_by_chief(STRATEGY, str(tmp_path / "split.json"), _refuse, anew=False)
