"""The single-task networks of a table, taken together as the sets that networks are compared with."""

import collections
import math
from collections.abc import Sequence
from dataclasses import dataclass

from bmt_tf.report.study import ReportedRun, Score
from bmt_tf.tasks.delta import delta_m


@dataclass(frozen=True)
class SingleSet:
    """Single-task networks that belong together: those in one folder, of one seed, one per task.

    Args:
        name: Where they are, and their seed where the folder has several, as others refer to them.
        runs: The networks.
        tasks: The tasks of the table.
    """

    name: str
    runs: tuple[ReportedRun, ...]
    tasks: frozenset[str]

    @property
    def complete(self) -> bool:
        """Whether it has the network of every task of the table."""
        return self.tasks == frozenset().union(*(run.tasks for run in self.runs))

    @property
    def about(self) -> str:
        """How many networks it has, of how many tasks, and where."""
        count = str(len(self.runs)) if self.complete else f"{len(self.runs)} of {len(self.tasks)}"
        return f"{count} network{'s' if len(self.tasks) > 1 else ''} in {_folder(self.runs[0]) or 'the study'}"

    def holds(self, paths: Sequence[str]) -> bool:
        """Returns whether it is these runs that are named, by paths as they were when the study was made.

        Args:
            paths: Paths of runs; a study may have been moved since, so that only the ends are compared.
        """
        return bool(paths) and all(any(_ends_with(path, run.name) for run in self.runs) for path in map(str, paths))

    def explains(self, run: ReportedRun) -> bool:
        """Returns whether a network's gains are those over the scores that these runs have now.

        Args:
            run: The network; they may have been scored anew since its gains were computed.
        """
        theirs = {task: score for single in self.runs for task, score in single.scores.items()}
        gains = run.delta.get("per_task", {})
        return all(
            math.isclose(gain, _gain(run.scores[task], theirs[task]), abs_tol=0.05)
            for task, gain in gains.items()
            if task in run.scores and task in theirs
        )


def _gain(ours: Score, theirs: Score) -> float:
    """Returns the relative gain on one task in percent; NaN where there is none."""
    if not (math.isfinite(ours.value) and math.isfinite(theirs.value) and theirs.value):
        return math.nan
    return delta_m({"": ours.value}, {"": theirs.value}, {"": ours.lower_is_better})


def single_sets(runs: Sequence[ReportedRun], tasks: frozenset[str]) -> tuple[SingleSet, ...]:
    """Returns the sets of single-task networks of a table.

    Args:
        runs: The single-task networks.
        tasks: The tasks of the table; no run has another.
    """
    sets: dict[tuple, list[ReportedRun]] = {}
    seen: collections.Counter = collections.Counter()
    for run in runs:
        place = (_folder(run), run.seed)
        seen[place, run.tasks] += 1
        sets.setdefault((*place, seen[place, run.tasks]), []).append(run)
    folders = collections.Counter(folder for folder, *_ in sets)
    numbers = collections.Counter((folder, seed) for folder, seed, _ in sets)
    found = []
    for (folder, seed, number), members in sets.items():
        name = folder or "the study"
        name += f", seed {seed}" if folders[folder] > 1 and seed is not None else ""
        name += f", set {number}" if numbers[folder, seed] > 1 else ""
        found.append(SingleSet(name, tuple(members), tasks))
    return tuple(found)


def _folder(run: ReportedRun) -> str:
    return run.name.rpartition("/")[0]


def _ends_with(path: str, name: str) -> bool:
    return f"/{path.rstrip('/')}".endswith(f"/{name}")
