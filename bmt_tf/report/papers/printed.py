"""The printed tables of the papers as values. The numbers stand in `data/`, one file per table, as they are printed.

Rows that the papers quote from others stand in one file of their own, `data/quoted.json`, with their sources.
"""

import functools
import json
import math
from dataclasses import dataclass
from pathlib import Path

from bmt_tf.costs import CostTable
from bmt_tf.costs.units import UNITS
from bmt_tf.report.tables import COST_KEYS, GAIN_KEY, Key

_DATA = Path(__file__).parent / "data"
_NAMES = ("bmtas.1", "bmtas.2", "bmtas.3", "bmtas.C-1", "bmtas.D-1", "bmn.1", "bmn.2", "bmn.3")


@dataclass(frozen=True)
class PaperColumn:
    """A column of a printed table.

    Args:
        heading: What stands above it.
        group: `task`, `cost` or `gain`.
        name: Name of the task, or unit of the cost.
        better: `higher` or `lower`.
        scale: What this package's number is multiplied with to be on the scale of the print (mIoU in percent: 100).
        mean: Whether it is the mean over the classes of its task, each of which may be a task of its own in runs.
    """

    heading: str
    group: str
    name: str
    better: str
    scale: float = 1.0
    mean: bool = False

    @property
    def key(self) -> Key:
        """What numbers of runs are found by, as in a comparison table."""
        if self.group == "cost":
            return COST_KEYS[self.name]
        return GAIN_KEY if self.group == "gain" else ("task", self.name)


@dataclass(frozen=True)
class PaperRow:
    """A row of a printed table.

    Args:
        name: What it is called there.
        method: How this package calls what it shows, such as `bmtas`; empty where no run is one by its kind alone.
        values: The printed numbers, as text; None where the paper prints none.
        counted: The cost as counted by this package, in units (not thousands of millions); None where it is not.
        agreement: How the print follows from the count: `rounded`, `rounded down`, or `none`; empty without a count.
        note: What is to be said of the row; may be empty.
        source: Whom the paper quotes; empty for results of its own.
        encoder: Name of the encoder, where the rows of the table differ in it.
    """

    name: str
    method: str
    values: tuple[str | None, ...]
    counted: int | None = None
    agreement: str = ""
    note: str = ""
    source: str = ""
    encoder: str = ""

    @property
    def quoted(self) -> bool:
        """Whether the paper quotes the row from another."""
        return bool(self.source)


@dataclass(frozen=True)
class PaperTable:
    """A printed table.

    Args:
        name: Name of the table here, such as `bmtas.D-1`.
        paper: `BMTAS` or `BMN`.
        number: What the paper calls it.
        title: What it is about.
        encoder: Name of the encoder; empty where it has none or several.
        about: What the counts depend on, and what is not printed.
        columns: Its columns.
        rows: Its rows.
        costs: What the parts of its trees cost, in the unit of its costs; None where this is not known.
    """

    name: str
    paper: str
    number: str
    title: str
    encoder: str
    about: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[PaperRow, ...]
    costs: CostTable | None = None

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks it has scores of."""
        return tuple(column.name for column in self.columns if column.group == "task")

    @property
    def cost(self) -> PaperColumn | None:
        """The column of costs; None where the paper prints none."""
        return next((column for column in self.columns if column.group == "cost"), None)


def table_names() -> tuple[str, ...]:
    """Returns the names of the tables, such as `bmtas.1`."""
    return _NAMES


@functools.cache
def paper_table(name: str) -> PaperTable:
    """Returns a printed table.

    Args:
        name: One of `table_names`, in capitals or not.

    Raises:
        ValueError: There is no such table.
    """
    known = {one.lower(): one for one in _NAMES}
    if name.lower() not in known:
        raise ValueError(f"`table` must be one of {', '.join(_NAMES)}. Received: table={name!r}.")
    fields = json.loads((_DATA / f"{name.lower()}.json").read_text(encoding="utf-8"))
    columns = tuple(PaperColumn(**column) for column in fields.pop("columns"))
    rows = [_quoted()[row["quoted"]] if "quoted" in row else row for row in fields.pop("rows")]
    return PaperTable(
        columns=columns,
        rows=tuple(PaperRow(**{**row, "values": tuple(row["values"])}) for row in rows),
        costs=CostTable.from_dict(fields.pop("costs")) if "costs" in fields else None,
        **fields,
    )


def number_of(printed: str | None) -> float:
    """Returns a printed number, of a mean with its deviation the mean; NaN where none is printed."""
    return float(printed.partition("±")[0]) if printed else math.nan


def decimals_of(printed: str | None) -> int:
    """Returns with how many decimals a number is printed; 0 where none is."""
    return len((printed or "").partition("±")[0].partition(".")[2])


def as_printed(row: PaperRow, column: PaperColumn, printed: str) -> str:
    """Returns a row's counted cost with as many digits as the print, rounded as the print is."""
    places = decimals_of(printed)
    value = (row.counted or 0) / UNITS[column.name].divisor
    if row.agreement == "rounded down":
        value = math.floor(value * 10**places) / 10**places
    return f"{value:.{places}f}"


@functools.cache
def _quoted() -> dict[str, dict]:
    return json.loads((_DATA / "quoted.json").read_text(encoding="utf-8"))
