"""The cells of a table: numbers rounded column by column, the best ones, and the small numbers below."""

import math
from collections.abc import Sequence

from bmt_tf.report.tables import COST_KEYS, PAPER_UNIT, Cell, Column, Entry
from bmt_tf.report.wording import DASH, decimals, with_minus


def rows_of(columns: Sequence[Column], entries: Sequence[Entry]) -> tuple[tuple[Cell, ...], ...]:
    """Returns the cells of each entry, one per column."""
    # Gains over different networks are shown side by side, with what they refer to, but none of them is the best.
    alike = len({entry.reference for entry in entries if entry.gains or not entry.single}) <= 1
    shown = [_cells(column, [entry.value(column.key) for entry in entries], alike) for column in columns]
    known = {entry.reference for entry in entries if entry.single}
    one = alike and len(known) <= 1
    return tuple(
        tuple(
            _with_note(cells[number], column, entry, not one or entry.reference not in known)
            for cells, column in zip(shown, columns, strict=True)
        )
        for number, entry in enumerate(entries)
    )


def _cells(column: Column, values: Sequence[float], alike: bool) -> list[Cell]:
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return [Cell(DASH) for _ in values]
    places = 2 if column.group == "gain" else decimals(finite)
    texts = [f"{value:,.{places}f}" if math.isfinite(value) else DASH for value in values]
    best = min(finite) if column.lower_is_better else max(finite)
    marks = len(finite) > 1 and min(finite) < max(finite) and (alike or column.group != "gain")
    wanted = f"{best:,.{places}f}"
    return [Cell(with_minus(text), marks and text == wanted) for text in texts]


def _with_note(cell: Cell, column: Column, entry: Entry, names_reference: bool) -> Cell:
    """Returns the cell with what belongs to its number: a task's gain, what gains refer to, the papers' count."""
    if column.group == "gain" and names_reference and entry.reference and cell.text != DASH and not entry.single:
        return Cell(cell.text, cell.best, f"over {entry.reference}")
    gain = entry.gains.get(column.heading, math.nan) if column.group == "task" else math.nan
    if math.isfinite(gain):
        return Cell(cell.text, cell.best, with_minus(f"{gain:+.1f} %"))
    papers = entry.value(COST_KEYS[PAPER_UNIT])
    if column.key == COST_KEYS["multiply_adds"] and math.isfinite(papers):
        return Cell(cell.text, cell.best, f"papers {papers:,.{len(cell.text.partition('.')[2])}f}")
    return cell
