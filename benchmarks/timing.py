"""How long something takes."""

import statistics
import time
from collections.abc import Callable


def times(call: Callable, runs: int) -> list[float]:
    """Returns the seconds of some calls."""
    measured = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        measured.append(time.perf_counter() - started)
    return measured


def median(call: Callable, runs: int) -> float:
    """Returns the median of the seconds of some calls."""
    return statistics.median(times(call, runs))
