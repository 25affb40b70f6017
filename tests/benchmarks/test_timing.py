"""Times of calls."""

import itertools

from benchmarks import timing


def test_times_and_their_median(monkeypatch):
    ticks = itertools.accumulate([0, 1, 0, 5, 0, 3])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(ticks))
    calls = []
    assert timing.times(lambda: calls.append(1), 3) == [1, 5, 3] and len(calls) == 3
    monkeypatch.setattr(timing, "times", lambda call, runs: [4.0, 1.0, 2.0])
    assert timing.median(None, 3) == 2.0
