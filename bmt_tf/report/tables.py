"""A comparison table as a value: its columns, the networks in it, and the cells."""

from collections.abc import Mapping
from dataclasses import dataclass

from bmt_tf.costs.units import UNITS

SINGLE = "single"  # the method of the single-task networks, taken together
STEP, GAIN = "training step", "delta_m"  # headings of what is neither a task nor a cost
PAPER_UNIT = "paper_multiply_adds"  # shown as a small number below the plain multiply-adds
HEADINGS = {name: unit.heading for name, unit in UNITS.items()}  # of the columns of costs
SHOWN_UNITS = tuple(name for name in UNITS if name != PAPER_UNIT)


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


@dataclass(frozen=True)
class Cell:
    """One number of a table.

    Args:
        text: The number, rounded as its column is; a dash if there is none.
        best: Whether it is the best of its column.
        note: A second, smaller number; may be empty.
    """

    text: str
    best: bool = False
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One network, or the single-task networks taken together.

    Args:
        name: Name of the run.
        about: Its tree in a few words.
        method: How its tree was found.
        seed: Its seed, as text.
        values: Number by the heading of its column.
        gains: delta_m of each task, in percent, by task.
    """

    name: str
    about: str
    method: str
    seed: str
    values: Mapping[str, float]
    gains: Mapping[str, float]

    @property
    def single(self) -> bool:
        """Whether these are the single-task networks."""
        return self.method == SINGLE


@dataclass(frozen=True)
class Table:
    """Runs of equal settings, side by side.

    Args:
        settings: Setting -> value.
        columns: The columns of numbers.
        entries: The networks; the single-task networks first, the others by rising cost.
        rows: The cells of each entry, one per column.
    """

    settings: Mapping[str, str]
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    rows: tuple[tuple[Cell, ...], ...]
