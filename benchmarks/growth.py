"""How time and memory grow: of a search with its tasks, candidates and pixels, of what is exact with tasks and blocks.

Every point is measured in a process of its own, since memory is counted at its highest.
"""

import dataclasses
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.spill import peak_bytes
from benchmarks.timing import median
from benchmarks.topics import Settings
from bmt_tf import _files as files

BATCH, STEPS = 4, 3
FIRST = "first calls"


@dataclasses.dataclass(frozen=True)
class Work:
    """Something whose time and memory grow.

    Args:
        measure: Called with the settings, the threads and the arguments; returns seconds by what takes them.
        usual: Values of the arguments.
        growing: By argument the values that it takes while the others are as usual, the usual one among them.
    """

    measure: Callable[..., dict[str, float]]
    usual: Mapping[str, int]
    growing: Mapping[str, tuple[int, ...]]


@dataclasses.dataclass(frozen=True)
class Point:
    """What was measured of a work for some values of its arguments.

    Args:
        seconds: By what takes them.
        bytes: The most memory that the process has held.
    """

    seconds: dict[str, float]
    bytes: int


Arguments = tuple[tuple[str, int], ...]


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns seconds and memory for every point, and draws them into the settings' figure."""
    if settings.figure:
        files.check_writable(os.path.dirname(settings.figure) or os.curdir, "figure")
    points = measured(settings)
    if settings.figure:
        from benchmarks.growth_figure import growth_figure

        files.write_bytes(settings.figure, growth_figure(WORKS, points).encode())
    return [
        (f"{work}: {words(arguments)}", f"{_seconds(point.seconds)}; {point.bytes / 2**30:.2f} GiB")
        for (work, arguments), point in points.items()
    ]


def measured(settings: Settings) -> dict[tuple[str, Arguments], Point]:
    """Returns what was measured, by work and arguments; where curves meet it is measured once."""
    from bmt_tf._threads import threads_in_use

    points = {}
    for name, work in WORKS.items():
        for argument, values in work.growing.items():
            for value in values:
                arguments = {**work.usual, argument: value}
                key = name, tuple(arguments.items())
                if key not in points:
                    points[key] = in_child(work.measure, settings, threads_in_use(), arguments)
    return points


def words(arguments: Arguments) -> str:
    """Returns arguments in words, such as "4 tasks, 96 x 96"."""
    return ", ".join(f"{value} x {value}" if name == "side" else f"{value} {name}" for name, value in arguments)


def _seconds(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{what} {value:.3g} s" for what, value in seconds.items())


def in_child(
    measure: Callable[..., dict[str, float]], settings: Settings, threads: str, arguments: Mapping[str, int]
) -> Point:
    """Returns what a process of its own measures."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_point, (measure, settings, threads, arguments))


def _point(measure, settings: Settings, threads: str, arguments: Mapping[str, int]) -> Point:
    return Point(measure(settings, threads, **arguments), peak_bytes())


def search_seconds(settings: Settings, threads: str, tasks: int, candidates: int, side: int) -> dict[str, float]:
    """Returns the seconds of a step of theta, and of alpha, over all of some tasks alike, and of their first calls."""
    from bmt_tf import use_threads

    use_threads(threads)
    import tensorflow as tf

    from bmt_tf.costs import cost_table
    from bmt_tf.models import get_encoder
    from bmt_tf.runs import SearchConfig
    from bmt_tf.tasks import get_task
    from bmt_tf.training.branch_search.steps import SearchSteps

    alike = tuple(get_task("depth", name=f"depth_{number}") for number in range(tasks))
    form = {"encoder": settings.encoder, "image_size": (side, side), "batch_size": BATCH, "candidates": candidates}
    names = tuple(task.name for task in alike)
    config = SearchConfig(run_dir="unused", data="scenes", tasks=names, steps=1000, trade_off=0.01, **form)
    encoder, strategy = get_encoder(config.encoder), tf.distribute.get_strategy()
    steps = SearchSteps(config, encoder, alike, cost_table(encoder, alike, config.image_size, config.cost_unit))
    batch, number, temperature = _batch(names, side), tf.constant(0, tf.int64), tf.constant(1.0)
    found, first = {}, 0.0
    for name, update in (("theta", steps.theta_function(strategy)), ("alpha", steps.alpha_function(strategy))):

        def step(update=update):
            return [float(loss) for loss in update(batch, number, temperature)["losses"].values()]

        begun = time.perf_counter()
        step()
        first += time.perf_counter() - begun
        found[name] = median(step, STEPS)
    return found | {FIRST: first}


def _batch(names: tuple[str, ...], side: int) -> dict[str, Any]:
    import tensorflow as tf

    draw = np.random.default_rng(0)
    labels = {name: tf.constant(draw.uniform(0, 5, (BATCH, side, side, 1)), tf.float32) for name in names}
    return {"image": tf.constant(draw.uniform(0, 255, (BATCH, side, side, 3)), tf.float32), "labels": labels}


def front_seconds(settings: Settings, threads: str, tasks: int, blocks: int) -> dict[str, float]:
    """Returns the seconds of an exact front."""
    from benchmarks.trees import problem
    from bmt_tf.search import exact_front

    asked = problem(tasks, blocks)
    return {"front": median(lambda: exact_front(*asked), 1)}


def expected_cost_seconds(settings: Settings, threads: str, tasks: int, blocks: int) -> dict[str, float]:
    """Returns the seconds of an expected cost with its gradient, for four candidates."""
    from bmt_tf import use_threads

    use_threads(threads)
    from benchmarks.expected_cost import gradient

    return {"expected cost": median(gradient(tasks, 4, blocks), 20)}


WORKS = {
    "search": Work(
        search_seconds,
        {"tasks": 4, "candidates": 4, "side": 96},
        {"tasks": (2, 4, 6, 8), "candidates": (2, 4, 6, 8), "side": (64, 96, 128, 192)},
    ),
    "exact front": Work(
        front_seconds, {"tasks": 7, "blocks": 18}, {"tasks": (4, 5, 6, 7, 8), "blocks": (6, 12, 18, 24)}
    ),
    "expected cost": Work(
        expected_cost_seconds, {"tasks": 8, "blocks": 18}, {"tasks": (2, 4, 8, 16), "blocks": (6, 12, 18, 24)}
    ),
}
