"""A printed table, with counted costs and runs beside it, as a grid of text that every format can write."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bmt_tf.report.papers.printed import PaperColumn, PaperRow, PaperTable, as_printed, decimals_of, number_of
from bmt_tf.report.papers.runs_beside import Beside, Ours
from bmt_tf.report.wording import DASH, decimals, with_minus

EMPTY = "not printed"
_ARROWS = {"higher": "\u2191", "lower": "\u2193"}


@dataclass(frozen=True)
class Grid:
    """A table as text.

    Args:
        caption: What it is.
        heading: The first line.
        lines: The others, as long as the heading; the first cell is a name.
        ours: Numbers of the lines that show runs of this package.
        notes: Sentences below the table, in the order of their numbers from 1, which the cells refer to as `[1]`.
        remarks: Sentences below the notes.
    """

    caption: str
    heading: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    ours: frozenset[int]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]


def paper_grid(table: PaperTable, runs: Beside | None = None) -> Grid:
    """Returns a printed table as text, with what this package counts and, where given, its runs beside it.

    Below each row stand the runs that belong to it, their difference from the print in brackets, means and standard
    deviations where they differ by chance alone.

    Args:
        table: The printed table.
        runs: The runs, as from `beside`; none by default.
    """
    notes: list[str] = []
    lines: list[tuple[str, ...]] = []
    ours: set[int] = set()
    for number, row in enumerate(table.rows):
        lines.append(_printed_line(table, row, notes))
        if runs is None:
            continue
        found = runs.of_row.get(number, ())
        for one in found or (None,):
            ours.add(len(lines))
            lines.append(_our_line(table, one, row))
    for one in runs.others if runs else ():
        ours.add(len(lines))
        lines.append(_our_line(table, one, None))
    remarks = [f"{table.about[0].upper()}{table.about[1:]}."]
    if table.cost:
        remarks.append(
            "Counted: what the network costs by count, with as many digits as the print, and in brackets all of them."
        )
    if runs is not None:
        remarks.append(f"Ours: {_settings(runs.settings)}. In brackets, the difference from the printed number.")
    caption = f"{table.paper}, table {table.number}: {table.title}"
    return Grid(caption, _heading(table), tuple(lines), frozenset(ours), tuple(notes), tuple(remarks))


def _heading(table: PaperTable) -> tuple[str, ...]:
    cells = ["model"]
    for column in table.columns:
        cells.append(f"{column.heading} {_ARROWS[column.better]}")
        cells += ["counted"] if column.group == "cost" else []
    return tuple(cells)


def _printed_line(table: PaperTable, row: PaperRow, notes: list[str]) -> tuple[str, ...]:
    name = row.name
    if row.quoted:
        name += f" (quoted {_reference(f'Quoted from {row.source}; not trained by the paper.', notes)})"
    cells = [name]
    for column, printed in zip(table.columns, row.values, strict=True):
        cells.append(with_minus(printed) if printed else EMPTY)
        if column.group == "cost":
            cells.append(_counted(row, column, printed, notes))
    if row.note and not table.cost:
        cells[0] += f" {_reference(_sentence(row.note), notes)}"
    return tuple(cells)


def _counted(row: PaperRow, column: PaperColumn, printed: str | None, notes: list[str]) -> str:
    words = row.note
    if row.counted is None and row.quoted:
        words = words or "not counted: quoted, and no network of this package"
    if row.agreement == "rounded down":
        words = f"rounded down in print{'; ' * bool(words)}{words}"
    mark = f" {_reference(_sentence(words), notes)}" if words else ""
    if row.counted is None or printed is None:
        return DASH + mark
    return f"{as_printed(row, column, printed)} ({row.counted:,}){mark}"


def _our_line(table: PaperTable, ours: Ours | None, row: PaperRow | None) -> tuple[str, ...]:
    if ours is None:
        cells, name = [DASH] * len(table.columns), "ours: no run"
    else:
        printed: Sequence[str | None] = row.values if row else [None] * len(table.columns)
        cells = [_our_cell(column, ours, text, table) for column, text in zip(table.columns, printed, strict=True)]
        name = f"ours: {', '.join(ours.names)}"
    line = [name]
    for column, cell in zip(table.columns, cells, strict=True):
        line += [cell, ""] if column.group == "cost" else [cell]
    return tuple(line)


def _our_cell(column: PaperColumn, ours: Ours, printed: str | None, table: PaperTable) -> str:
    mean, deviation = ours.mean(column.key) * column.scale, ours.deviation(column.key)
    if not math.isfinite(mean):
        return DASH
    place = table.columns.index(column)
    places = max(decimals_of(row.values[place]) for row in table.rows)
    if column.group == "cost":
        places = max(places, decimals([mean]))  # of networks much smaller than the paper's
    text = f"{mean:,.{places}f}"
    if deviation is not None:
        text += f" ± {deviation * column.scale:.{places}f}"
    theirs = number_of(printed)
    if math.isfinite(theirs):
        text += f" ({mean - theirs:+,.{places}f})"
    return with_minus(text)


def _reference(note: str, notes: list[str]) -> str:
    """Returns the mark of a note, which is added unless it is there already."""
    if note not in notes:
        notes.append(note)
    return f"[{notes.index(note) + 1}]"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _settings(settings: Mapping[str, str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings.items())
