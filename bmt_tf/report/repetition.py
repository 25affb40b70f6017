"""Networks of a table that differ by chance alone: several seeds of one tree, or several permutations of its tasks."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bmt_tf.report.tables import HEADINGS, Column, Entry, Table
from bmt_tf.report.wording import DASH, decimals, with_minus


@dataclass(frozen=True)
class Repeat:
    """Networks that differ by chance alone, taken together.

    Args:
        names: Their names.
        about: Their tree in a few words.
        texts: Mean and standard deviation of each column of numbers; a dash where a number is missing.
    """

    names: tuple[str, ...]
    about: str
    texts: tuple[str, ...]


def repeats(table: Table) -> tuple[Repeat, ...]:
    """Returns the groups of two or more networks whose trees were found alike, branch alike and cost the same."""
    groups: dict[tuple, list[Entry]] = {}
    for entry in table.entries:
        if not entry.single:
            cost = entry.values.get(HEADINGS["multiply_adds"])
            groups.setdefault((entry.method, entry.about, cost), []).append(entry)
    return tuple(
        Repeat(tuple(entry.name for entry in group), about, tuple(_spread(column, group) for column in table.columns))
        for (_, about, _), group in groups.items()
        if len(group) > 1
    )


def _spread(column: Column, entries: Sequence[Entry]) -> str:
    values = [entry.values.get(column.heading, math.nan) for entry in entries]
    if not all(map(math.isfinite, values)):
        return DASH
    mean, deviation, places = statistics.mean(values), statistics.stdev(values), decimals(values)
    return with_minus(f"{mean:.{places}f} ± {deviation:.{places}f}")
