"""A training step of each soft-sharing network, beside those of single-task networks and of the shared one."""

import resource
import statistics

from benchmarks.scene_problem import TASKS, training
from benchmarks.topics import Settings

STEPS = 10


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times of a step over four tasks: single networks in turn, shared, and each kind of soft sharing."""

    def seconds(names=TASKS, **kind):
        problem = training(settings, names)
        return statistics.median(problem.steps(problem.trainer(**kind), STEPS)())

    singles = sum(seconds((name,)) for name in TASKS)
    found = [(f"{len(TASKS)} single networks, one after another", _row(singles, singles))]
    found.append(("shared", _row(seconds(), singles)))
    for kind in ("cross_stitch", "nddr", "mtan"):
        found.append((kind, _row(seconds(network=kind), singles)))
    return found


def _row(seconds: float, singles: float) -> str:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # the peak up to here
    return f"{1000 * seconds:.0f} ms ({seconds / singles:.2f} times the single networks); peak so far {memory:.1f} GiB"
