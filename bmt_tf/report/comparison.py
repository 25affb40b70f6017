"""The comparison tables of a study: one per setting, so that no table mixes runs that cannot be compared."""

import collections
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bmt_tf.grouping import Grouping
from bmt_tf.report.study import COMPARED, Run

# Unit of a cost -> (heading, shown unit, divisor).
UNITS = {
    "parameters": ("parameters", "M", 1e6),
    "multiply_adds": ("multiply-adds", "G", 1e9),
    "paper_multiply_adds": ("the papers' MAdds", "G", 1e9),
    "milliseconds": ("latency", "ms", 1.0),
}
PAPER_UNIT = "paper_multiply_adds"  # shown as a small number below the plain multiply-adds
DASH, MINUS, TIMES = "\u2013", "\u2212", "\u00d7"
SINGLES = "single-task networks"


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


def method_of(grouping: Grouping | None) -> str:
    """Returns how a tree was found: what its file says, or what its form says.

    Args:
        grouping: The tree; None if it is not known.

    Returns:
        A method's name, such as `bmn`, `shared` or `separate`; empty if nothing is known.
    """
    if grouping is None:
        return ""
    if grouping.made_by and grouping.made_by.get("method"):
        return str(grouping.made_by["method"])
    if len(grouping.tasks) > 1 and grouping.branches[-1] == 1:
        return "shared"
    return "separate" if grouping.branches[0] == len(grouping.tasks) else "by hand"


def branch_text(branches: Sequence[int]) -> str:
    """Returns the number of branches along a tree, runs of equal numbers joined.

    Args:
        branches: Number of parts at each block.

    Returns:
        For example `1×9 2×5 4×4`: nine blocks with one branch, five with two, four with four.
    """
    return " ".join(f"{number}{TIMES}{len(list(run))}" for number, run in itertools.groupby(branches))


def comparison_tables(runs: Iterable[Run]) -> tuple[Table, ...]:
    """Returns the tables of the runs that have scores.

    Args:
        runs: The runs of a study.

    Returns:
        One table for each combination of settings, data and split that occurs; the largest first.
    """
    groups: dict[tuple, list[Run]] = {}
    for run in runs:
        if run.scores:
            groups.setdefault(run.settings, []).append(run)
    tables = [_table(group) for group in groups.values()]
    return tuple(sorted(tables, key=lambda table: -len(table.entries)))


def _table(runs: Sequence[Run]) -> Table:
    columns = _columns(runs)
    entries = tuple(_single_entries([run for run in runs if run.single])) + tuple(
        sorted((_entry(run) for run in runs if not run.single), key=_cost_order)
    )
    shown = [_cells(column, [entry.values.get(column.heading, math.nan) for entry in entries]) for column in columns]
    rows = tuple(
        tuple(_with_note(cells[number], column, entry) for cells, column in zip(shown, columns, strict=True))
        for number, entry in enumerate(entries)
    )
    return Table(_settings(runs[0]), columns, entries, rows)


def _columns(runs: Sequence[Run]) -> tuple[Column, ...]:
    scores = {task: score for run in runs for task, score in run.scores.items()}
    columns = [
        Column(task, ", ".join(filter(None, [score.measure, score.unit])), score.lower_is_better, "task")
        for task, score in scores.items()
    ]
    if any(run.delta for run in runs):
        columns.append(Column("delta_m", "%", False, "gain"))
    units = [unit for unit in UNITS if unit != PAPER_UNIT and any(unit in run.cost for run in runs)]
    columns += [Column(UNITS[unit][0], UNITS[unit][1], True, "cost") for unit in units]
    if any(math.isfinite(run.seconds_per_step) for run in runs):
        columns.append(Column("training step", "ms", True, "time"))
    return tuple(columns)


def _entry(run: Run) -> Entry:
    values = {task: score.value for task, score in run.scores.items()}
    values |= {UNITS[unit][0]: value / UNITS[unit][2] for unit, value in run.cost.items() if unit in UNITS}
    values |= {"training step": run.seconds_per_step * 1e3, "delta_m": float(run.delta.get("value", math.nan))}
    about = branch_text(run.grouping.branches) if run.grouping else ""
    seed = "" if run.seed is None else str(run.seed)
    return Entry(run.name, about, method_of(run.grouping), seed, values, run.delta.get("per_task", {}))


def _single_entries(runs: Sequence[Run]) -> Iterable[Entry]:
    """Yields one entry for each set of single-task networks: those below one folder, of one seed, one per task."""
    sets: dict[tuple, list[Run]] = {}
    seen: collections.Counter = collections.Counter()
    for run in runs:
        place = (run.name.rpartition("/")[0], run.seed)
        seen[place, *run.scores] += 1
        sets.setdefault((*place, seen[place, *run.scores]), []).append(run)
    for (folder, *_), members in sets.items():
        values: dict[str, float] = {}
        for run in members:
            for heading, value in _entry(run).values.items():
                values[heading] = values.get(heading, 0.0) + value
        values["delta_m"] = 0.0
        about = f"{len(members)} network{'s' if len(members) > 1 else ''} in {folder or 'the study'}"
        yield Entry(SINGLES, about, "single", _entry(members[0]).seed, values, {})


def _cost_order(entry: Entry) -> tuple[float, str]:
    return (entry.values.get("multiply-adds", entry.values.get("parameters", math.inf)), entry.name)


def _cells(column: Column, values: Sequence[float]) -> list[Cell]:
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return [Cell(DASH) for _ in values]
    largest = max(map(abs, finite))
    decimals = 2 if column.group == "gain" else max(0, min(4, 2 - math.floor(math.log10(largest)))) if largest else 2
    texts = [f"{value:,.{decimals}f}" if math.isfinite(value) else DASH for value in values]
    best = min(finite) if column.lower_is_better else max(finite)
    marks = len(finite) > 1 and min(finite) < max(finite)
    wanted = f"{best:,.{decimals}f}"
    return [Cell(text.replace("-", MINUS), marks and text == wanted) for text in texts]


def _with_note(cell: Cell, column: Column, entry: Entry) -> Cell:
    """Returns the cell with the second number that belongs to it: a task's gain, or the cost as the papers count it."""
    gain = entry.gains.get(column.heading, math.nan) if column.group == "task" else math.nan
    if math.isfinite(gain):
        return Cell(cell.text, cell.best, f"{gain:+.1f} %".replace("-", MINUS))
    papers = entry.values.get(UNITS[PAPER_UNIT][0], math.nan)
    if column.heading == UNITS["multiply_adds"][0] and math.isfinite(papers):
        return Cell(cell.text, cell.best, f"papers {papers:,.{len(cell.text.partition('.')[2])}f}")
    return cell


def _settings(run: Run) -> dict[str, str]:
    values = run.config.get("config", {})
    shown = {name: _text(values[name]) for name in COMPARED if values.get(name) not in (None, "", 0, [], False)}
    images = {score.images for score in run.scores.values()}
    return {**shown, "scored on": f"{run.split}, {max(images, default=0)} images"}


def _text(value) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f" {TIMES} ".join(map(str, value)) if len(value) == 2 else ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
