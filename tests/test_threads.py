"""Threads are chosen before TensorFlow computes, once for a process, within the limits from outside."""

import pytest

import bmt_tf
from bmt_tf import _threads

PROGRAM = """
import os, sys
from bmt_tf import use_threads
from bmt_tf._threads import threads_in_use
import tensorflow as tf
print(threads_in_use(), use_threads("2x3"), use_threads(), use_threads("default"))
os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "2"}
print(use_threads("4x4"))
tf.constant(1) + 1
print(use_threads("3x3"))
"""


def test_a_choice_is_kept_limits_are_not_exceeded_and_nothing_changes_once_something_is_computed(forked, tmp_path):
    done = forked(PROGRAM, cwd=tmp_path, TF_NUM_INTRAOP_THREADS=None, TF_NUM_INTEROP_THREADS=None)
    assert done.stdout.splitlines() == ["default 2x3 2x3 2x3", "1x2", "1x2"], done.stderr


@pytest.mark.parametrize("cores", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("branches", [1, 2, 5, 40])
def test_the_rule_fills_the_cores_and_no_more(cores, branches):
    inside, beside = _threads._by_rule(cores, branches)
    assert 1 <= inside * beside <= cores and beside == min(cores, 2 * branches)
    assert (inside + 1) * beside > cores


def test_two_cores_compute_two_operations_beside_each_other():
    assert all(_threads._by_rule(2, branches) == (1, 2) for branches in range(1, 9))


@pytest.mark.parametrize("threads", ["", "2", "x2", "0x1", "1x2x3", "1 x 2", "many", "99999x1"])
def test_what_is_no_choice_is_refused(threads):
    with pytest.raises(ValueError, match="must be auto, default, or two numbers as in 1x2"):
        bmt_tf.use_threads(threads)


@pytest.mark.parametrize(("used", "count"), [("1x2", 2), ("3x2", 6), ("default", 5)])
def test_another_runtime_gets_as_many_threads_as_tensorflow_has_in_all_or_as_there_are_cores(monkeypatch, used, count):
    monkeypatch.setattr(_threads, "threads_in_use", lambda: used)
    monkeypatch.setattr(_threads, "_cores", lambda: 5)
    assert _threads.thread_count() == count


def test_the_cores_are_those_that_the_process_may_use(monkeypatch):
    monkeypatch.setattr(_threads.os, "sched_getaffinity", lambda process: {3, 7, 9}, raising=False)
    assert _threads._cores() == 3
    monkeypatch.delattr(_threads.os, "sched_getaffinity")
    monkeypatch.setattr(_threads.os, "cpu_count", lambda: None)
    assert _threads._cores() == 1  # where the system does not tell
