"""The cells of a table: numbers rounded column by column, the best ones, and the small numbers below."""

import math
from collections.abc import Sequence

from bmt_tf.report.tables import HEADINGS, PAPER_UNIT, Cell, Column, Entry
from bmt_tf.report.wording import DASH, decimals, with_minus


def rows_of(columns: Sequence[Column], entries: Sequence[Entry]) -> tuple[tuple[Cell, ...], ...]:
    """Returns the cells of each entry, one per column."""
    shown = [_cells(column, [entry.values.get(column.heading, math.nan) for entry in entries]) for column in columns]
    return tuple(
        tuple(_with_note(cells[number], column, entry) for cells, column in zip(shown, columns, strict=True))
        for number, entry in enumerate(entries)
    )


def _cells(column: Column, values: Sequence[float]) -> list[Cell]:
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return [Cell(DASH) for _ in values]
    places = 2 if column.group == "gain" else decimals(finite)
    texts = [f"{value:,.{places}f}" if math.isfinite(value) else DASH for value in values]
    best = min(finite) if column.lower_is_better else max(finite)
    marks = len(finite) > 1 and min(finite) < max(finite)
    wanted = f"{best:,.{places}f}"
    return [Cell(with_minus(text), marks and text == wanted) for text in texts]


def _with_note(cell: Cell, column: Column, entry: Entry) -> Cell:
    """Returns the cell with the second number that belongs to it: a task's gain, or the cost as the papers count it."""
    gain = entry.gains.get(column.heading, math.nan) if column.group == "task" else math.nan
    if math.isfinite(gain):
        return Cell(cell.text, cell.best, with_minus(f"{gain:+.1f} %"))
    papers = entry.values.get(HEADINGS[PAPER_UNIT], math.nan)
    if column.heading == HEADINGS["multiply_adds"] and math.isfinite(papers):
        return Cell(cell.text, cell.best, f"papers {papers:,.{len(cell.text.partition('.')[2])}f}")
    return cell
