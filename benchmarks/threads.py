"""A training step with the threads and kernels that one may choose, each in a process of its own, by turns."""

import functools
import multiprocessing
import os
import statistics
from typing import NamedTuple

from benchmarks.timing import in_turns
from benchmarks.topics import Settings
from bmt_tf._kernels import ONEDNN

ROUNDS, STEPS = 5, 10
TREES = ("shared", "separate")  # a network of one branch, and one of as many as tasks
KERNELS = {"": ", kernels that TensorFlow chooses", "0": ", without oneDNN", "1": ", with oneDNN"}


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the milliseconds of a step of four tasks by tree, threads and kernels; `auto` is what scripts choose."""
    cores = len(os.sched_getaffinity(0))
    found = []
    for tree in TREES:
        # On a single core some are the same.
        threads = dict.fromkeys(["default", "auto", f"1x{cores}", f"2x{max(1, cores // 2)}", f"{cores}x1"])
        choices = [_Choice("default", ""), _Choice("auto", "0"), *(_Choice(one, "1") for one in threads)]
        taken = _by_turns(settings, tree, choices)
        stock = statistics.median(taken[choices[0]][1])
        for choice, (used, times) in taken.items():
            name = f"four tasks, {tree}: {choice.threads}" + (f" ({used})" if used != choice.threads else "")
            median = statistics.median(times)
            low, high = (1000 * value for value in (min(times), max(times)))
            value = (
                f"{1000 * median:.0f} ms ({low:.0f} to {high:.0f}), {stock / median:.2f} times TensorFlow's defaults"
            )
            found.append((name + KERNELS[choice.onednn], value))
    return found


class _Choice(NamedTuple):
    """Threads, and what the environment says of oneDNN: nothing, `0` or `1`."""

    threads: str
    onednn: str


def _by_turns(settings: Settings, tree: str, choices: list[_Choice]) -> dict[_Choice, tuple[str, list[float]]]:
    """Returns by choice what was used, and the seconds of steps, of processes that compute one after the other."""
    context = multiprocessing.get_context("spawn")
    pipes = {choice: context.Pipe() for choice in choices}
    processes = [context.Process(target=_steps, args=(settings, tree, choice, pipes[choice][1])) for choice in choices]
    used = {}
    for choice, process in zip(choices, processes, strict=True):
        process.start()
        used[choice] = pipes[choice][0].recv()
    times = in_turns({choice: functools.partial(_told, pipes[choice][0]) for choice in choices}, ROUNDS)
    for choice, process in zip(choices, processes, strict=True):
        pipes[choice][0].send(False)
        process.join()
    return {choice: (used[choice], times[choice]) for choice in choices}


def _told(pipe) -> list[float]:
    pipe.send(True)
    return pipe.recv()


def _steps(settings: Settings, tree: str, choice: _Choice, pipe) -> None:
    """Says what is used once a step is traced, and then, whenever it is told to, what some steps take."""
    from bmt_tf import use_threads

    os.environ.pop(ONEDNN, None)
    if choice.onednn:
        os.environ[ONEDNN] = choice.onednn
    used = use_threads(choice.threads, 1 if tree == "shared" else 4)
    from benchmarks.scene_problem import training

    problem = training(settings)
    steps = problem.steps(problem.trainer(grouping=tree), STEPS)
    pipe.send(used)
    while pipe.recv():
        pipe.send(steps())
