"""The lines of a table: networks that differ by chance alone, such as several seeds of one tree, stand in one."""

import dataclasses
import math
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bmt_tf.report.cells import rows_of
from bmt_tf.report.tables import Cell, Column, Entry, Key, Table
from bmt_tf.report.wording import DASH

_SEED_FOLDER = re.compile(r"/?seed_?$")


@dataclass(frozen=True)
class Line:
    """One network, or networks that differ by chance alone, taken together.

    Args:
        entry: The network; of several, their means.
        errors: Of several, the standard error of each mean by the key of its column; a mean that there is none of has
            none.
        numbers: Where the networks stand among the entries of the table.
        cells: One per column.
    """

    entry: Entry
    errors: Mapping[Key, float]
    numbers: tuple[int, ...]
    cells: tuple[Cell, ...] = ()

    @property
    def several(self) -> bool:
        """Whether it is more than one network."""
        return len(self.numbers) > 1


def lines_of(table: Table) -> tuple[Line, ...]:
    """Returns the lines of a table, in the order of their first networks.

    Networks of equal settings, but for seed and paths, and of equal trees are one line. Permuted and random trees may
    differ by the seed they were drawn with. A copy of a run is no second draw, and has a line of its own.

    A standard error is the standard deviation of the values over the square root of their number.
    """
    groups: dict[tuple, list[int]] = {}
    for number, entry in enumerate(table.entries):
        key = (number,) if entry.repetition is None else (entry.method, entry.repetition)
        groups.setdefault(key, []).append(number)
    split = [part for group in groups.values() for part in _draws_and_copies(table.entries, group)]
    singles = {
        table.entries[number].reference: part
        for part in split
        for number in part
        if table.entries[number].single and len(part) > 1
    }
    kin = {name: common_name([table.entries[number].reference for number in part]) for name, part in singles.items()}
    found = [_line(table, part, kin) for part in sorted(split)]
    rows = rows_of(table.columns, [line.entry for line in found])
    return tuple(_with_cells(line, table.columns, cells) for line, cells in zip(found, rows, strict=True))


def common_name(names: Sequence[str]) -> str:
    """Returns what names of runs have in common, such as `bmn_85` of `bmn_85/seed_0` and `bmn_85/seed_1`.

    Args:
        names: The names; where they have no whole word in common they stand side by side.
    """
    first, last = min(names), max(names)
    if first == last:
        return first
    length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(map(len, names)))
    shared = first[:length]
    if any(name[length - 1 : length + 1].isalnum() for name in names if len(name) > length):  # within a word
        shared = re.sub(r"[^/_ ,]*$", "", shared)
    # Of drawn trees the number of the draw and then the seed differ; of seeds the seed alone.
    shared = _SEED_FOLDER.sub("", shared.rstrip("/_ ,")).rstrip("/_ ,")
    return shared or ", ".join(names)


def _draws_and_copies(entries: Sequence[Entry], group: Sequence[int]) -> list[list[int]]:
    """Returns the numbers of a group's draws, and each by itself those of copies: of the same seeds and scores."""
    draws: dict[tuple, int] = {}
    copies = []
    for number in group:
        entry = entries[number]
        scores = repr(sorted((key, value) for key, value in entry.values.items() if key[0] == "task"))
        if draws.setdefault((entry.draw, scores), number) != number:
            copies.append([number])
    return [list(draws.values()), *copies]


def _line(table: Table, numbers: Sequence[int], kin: Mapping[str, str]) -> Line:
    """Returns a line without cells; `kin` names what references that differ by chance alone have in common."""
    entries = [table.entries[number] for number in numbers]
    references = {kin.get(entry.reference, entry.reference) for entry in entries}
    first = entries[0]
    reference = references.pop() if len(references) == 1 else ""
    if len(entries) == 1:
        return Line(dataclasses.replace(first, reference=reference), {}, tuple(numbers))
    comparable = len({kin.get(entry.reference, entry.reference) for entry in entries}) == 1
    means, errors = {}, {}
    for key in dict.fromkeys(key for entry in entries for key in entry.values):
        values = [entry.value(key) for entry in entries]
        if all(map(math.isfinite, values)) and (comparable or key[0] != "gain"):
            means[key] = statistics.mean(values)
            errors[key] = statistics.stdev(values) / math.sqrt(len(values))
    gains = [entry.gains for entry in entries]
    tasks = set(gains[0]).intersection(*gains) if comparable else ()
    together = Entry(
        first.name if first.single else common_name([entry.name for entry in entries]),
        _about(entries),
        first.method,
        f"{len(entries)} runs",
        means,
        {task: statistics.mean(one[task] for one in gains) for task in sorted(tasks)},
        reference,
        first.repetition,
    )
    return Line(together, errors, tuple(numbers))


def _about(entries: Sequence[Entry]) -> str:
    abouts = [entry.about for entry in entries]
    if len(set(abouts)) == 1:
        return abouts[0]
    return common_name(abouts) if entries[0].single else f"{len(entries)} {entries[0].method} trees"


def _with_cells(line: Line, columns: Sequence[Column], cells: Sequence[Cell]) -> Line:
    """Returns the line with its cells, those of means with their standard errors."""
    if line.several:
        cells = [_with_error(line, column, cell) for column, cell in zip(columns, cells, strict=True)]
    return dataclasses.replace(line, cells=tuple(cells))


def _with_error(line: Line, column: Column, cell: Cell) -> Cell:
    if column.key not in line.errors:
        return Cell(DASH)
    places = len(cell.text.partition(".")[2])
    return dataclasses.replace(cell, error=f"{line.errors[column.key]:.{places}f}")
