"""A comparison table as a value: its columns, the networks in it, and the cells."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from bmt_tf.costs.units import UNITS

Key = tuple[str, str]  # group and heading of a column

SINGLE = "single"  # the method of the single-task networks, taken together
STEP, GAIN = "training step", "delta_m"  # headings of what is neither a task nor a cost
PAPER_UNIT = "paper_multiply_adds"  # shown as a small number below the plain multiply-adds
HEADINGS = {name: unit.heading for name, unit in UNITS.items()}  # of the columns of costs
COST_KEYS = {name: ("cost", heading) for name, heading in HEADINGS.items()}
STEP_KEY, GAIN_KEY = ("time", STEP), ("gain", GAIN)
MANY_TASKS = 12  # beyond, a column per task is too wide to be read: tasks have rows in a table of their own
SHOWN_UNITS = tuple(name for name in UNITS if name != PAPER_UNIT)


def served_key(format: str) -> Key:
    """Returns the key of the column of the latency in the runtime of a format."""
    return ("cost", f"{HEADINGS['milliseconds']} in {format}")


@dataclass(frozen=True)
class Column:
    """One column of numbers.

    Args:
        heading: What it holds.
        note: Measure and unit.
        lower_is_better: Whether the least value is the best.
        group: `task`, `gain`, `cost` or `time`.
    """

    heading: str
    note: str
    lower_is_better: bool
    group: str

    @property
    def key(self) -> Key:
        """What its numbers are found by: a task may bear the name of a cost."""
        return (self.group, self.heading)


@dataclass(frozen=True)
class Cell:
    """One number of a table.

    Args:
        text: The number, rounded as its column is; a dash if there is none.
        best: Whether it is the best of its column.
        note: A second, smaller number; may be empty.
        error: Of a mean its standard error, rounded alike; empty for one number.
    """

    text: str
    best: bool = False
    note: str = ""
    error: str = ""

    @property
    def whole(self) -> str:
        """The number, a mean with its standard error."""
        return f"{self.text} ± {self.error}" if self.error else self.text


@dataclass(frozen=True)
class Repetition:
    """What is equal in networks that differ by chance alone.

    Args:
        settings: Their settings, but for seed and paths.
        tree: Their tree, or what it was drawn from; without a tree how the tasks share.
        form: The tree without the names of its tasks; None without a tree. Random trees need not have it in common.
    """

    settings: Hashable
    tree: Hashable
    form: Hashable = field(default=None, compare=False)


@dataclass(frozen=True)
class Entry:
    """One network, or the single-task networks taken together.

    Args:
        name: Name of the run.
        about: Its tree in a few words.
        method: How its tree was found.
        seed: Its seed, as text.
        values: Number by the key of its column; a missing or unknown one is NaN.
        gains: delta_m of each task, in percent, by task.
        reference: The single-task networks that its gains refer to, in a few words; for single-task networks, their
            own name as others refer to it; empty if there are none.
        repetition: What is equal in networks that differ by chance alone, for single-task networks one of each; None
            where this is not known.
        draw: The seeds that may differ between them.
    """

    name: str
    about: str
    method: str
    seed: str
    values: Mapping[Key, float]
    gains: Mapping[str, float]
    reference: str = ""
    repetition: Repetition | frozenset[Repetition] | None = None
    draw: Hashable = None

    @property
    def single(self) -> bool:
        """Whether these are the single-task networks."""
        return self.method == SINGLE

    def value(self, key: Key) -> float:
        """Returns its number in a column; NaN if there is none."""
        return self.values.get(key, math.nan)


@dataclass(frozen=True)
class Table:
    """Runs of equal settings, side by side.

    Args:
        settings: Setting -> value.
        columns: The columns of numbers.
        entries: The networks; the single-task networks first, the others by rising cost.
        rows: The cells of each entry, one per column.
        groups: The tasks, those together that belong together; empty where they need no order.
    """

    settings: Mapping[str, str]
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[tuple[str, ...], ...] = ()

    @property
    def beside(self) -> tuple[int, ...]:
        """The numbers of the columns that stand beside the names of networks: all, or with many tasks no task's."""
        numbers = range(len(self.columns))
        tasks = [number for number in numbers if self.columns[number].group == "task"]
        return tuple(number for number in numbers if len(tasks) <= MANY_TASKS or number not in tasks)

    @property
    def by_task(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the other columns, group by group: each is a row of a table of its own."""
        numbers = {column.heading: n for n, column in enumerate(self.columns) if n not in self.beside}
        groups = self.groups or (tuple(numbers),)
        return tuple(rows for rows in (tuple(numbers[t] for t in group if t in numbers) for group in groups) if rows)


def singles_of(entry: Entry, singles: Sequence[Entry]) -> Entry | None:
    """Returns the single-task networks, of those given, that an entry's gains refer to; None if they are not there."""
    if entry.reference:
        return next((other for other in singles if other.reference == entry.reference), None)
    return singles[0] if len(singles) == 1 else None
