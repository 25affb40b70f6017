"""Timing in turns: in which order, which call counts, and times that may only grow."""

import re

import pytest

from bmt_tf.costs import time_in_turns
from bmt_tf.costs import timing as module
from bmt_tf.costs.timing import isotonic, machine


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still but for what calls add to it; and what was called."""
    now, called = [0.0], []

    class Clock:
        @staticmethod
        def perf_counter():
            return now[0]

    def call(name, seconds):
        def run():
            called.append(name)
            now[0] += seconds[called.count(name) - 1]

        return run

    monkeypatch.setattr(module, "time", Clock)
    return call, called


def test_calls_take_turns_and_the_quickest_of_each_turn_counts(clock):
    call, called = clock
    calls = {"a": call("a", [9, 9, 3, 1, 2, 4, 5, 7]), "b": call("b", [1.0] * 8)}
    found = time_in_turns(calls, runs=3, warm_up=1, repeats=2)
    assert called == ["a", "a", "b", "b"] * 4
    assert found["a"].median == pytest.approx(2000)  # of 1, 2 and 5 s
    assert found["a"].spread == pytest.approx(2000)  # from 1.5 to 3.5 s
    assert found["b"].median == pytest.approx(1000) and found["b"].runs == 3


@pytest.mark.parametrize("name", ["runs", "repeats"])
def test_numbers_must_be_positive(name):
    with pytest.raises(ValueError, match=rf"`{name}` must be at least 1. Received: {name}=0"):
        time_in_turns({"a": lambda: None}, **{name: 0})


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 2, 2, 5], [1, 2, 2, 5]), ([1, 4, 2, 5], [1, 3, 3, 5]), ([3, 2, 1], [2, 2, 2]), ([1, 5, 4, 0], [1, 3, 3, 3])],
)
def test_growing_numbers_are_the_nearest_ones(values, expected):
    assert isotonic(values) == expected


def test_the_machine_is_the_number_and_the_name_of_its_cores(monkeypatch):
    assert re.fullmatch(r"[1-9]\d* cores of .*\S", machine())
    monkeypatch.setattr(module.os.path, "exists", lambda path: False)  # as where there is no Linux
    monkeypatch.setattr(module.os, "cpu_count", lambda: 3)
    monkeypatch.setattr(module.platform, "processor", lambda: "")
    monkeypatch.setattr(module.platform, "machine", lambda: "arm64")
    assert machine() == "3 cores of arm64"
