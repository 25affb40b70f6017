"""How long calls take, in milliseconds, measured in turns. No TensorFlow."""

import dataclasses
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np


@dataclasses.dataclass(frozen=True)
class Timing:
    """Median and distance between the quartiles of the time of one call, in milliseconds, over so many runs."""

    median: float
    spread: float
    runs: int


def time_in_turns(
    calls: Mapping[str, Callable[[], object]], *, runs: int = 20, warm_up: int = 2, repeats: int = 3
) -> dict[str, Timing]:
    """Returns how long each of some calls takes, measured in alternation, so that what disturbs one disturbs all.

    Args:
        calls: By name, what is to be called without arguments.
        runs: Number of measured turns.
        warm_up: Number of turns before them that are not measured.
        repeats: Calls per turn, one directly after the other; the quickest counts, since other programs on the machine
            and the caches that another call has left can only make one slower.

    Returns:
        Name -> median and spread over the turns.

    Raises:
        ValueError: `runs` or `repeats` is below 1.
    """
    for name, value in (("runs", runs), ("repeats", repeats)):
        if value < 1:
            raise ValueError(f"`{name}` must be at least 1. Received: {name}={value}.")
    seconds = np.array([[_quickest(call, repeats) for call in calls.values()] for _ in range(warm_up + runs)])
    low, median, high = 1000 * np.percentile(seconds[warm_up:], [25, 50, 75], axis=0)
    return {
        name: Timing(float(m), float(h - lo), runs) for name, lo, m, h in zip(calls, low, median, high, strict=True)
    }


def _quickest(call: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def machine() -> str:
    """Returns what calls are timed on here: how many cores of which processor."""
    names = [""] * (os.cpu_count() or 1)
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")] or names
    return f"{len(names)} cores of {names[0] or platform.processor() or platform.machine()}"


def isotonic(values: Sequence[float]) -> list[float]:
    """Returns the numbers nearest to some, by least squares, of which none is below the one before.

    Measured times of growing parts of a network are not always so.
    """
    pools = []  # mean and length of runs of equal numbers
    for value in values:
        pools.append((float(value), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (right, more), (left, some) = pools.pop(), pools.pop()
            pools.append(((left * some + right * more) / (some + more), some + more))
    return [mean for mean, length in pools for _ in range(length)]
