"""How long something takes."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any


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


def in_turns(rivals: Mapping[Any, Callable[[], list[float]]], rounds: int) -> dict[Any, list[float]]:
    """Returns the seconds that each rival says it took, in turns, since a machine's speed drifts.

    Args:
        rivals: By name a function that does something some times and returns the seconds of each.
        rounds: How often each has its turn.
    """
    taken = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            taken[name] += rival()
    return taken
