"""Networks of a table that differ by chance alone: several seeds of one tree, or several permutations of its tasks."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bmt_tf.report.tables import Column, Entry, Table
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
    """Returns the groups of two or more networks of equal settings, but for seed and paths, and of equal trees.

    Permuted and random trees may differ by the seed they were drawn with. A copy of a run is no second draw.
    """
    groups: dict[tuple, list[Entry]] = {}
    for entry in table.entries:
        if not entry.single and entry.repetition is not None:
            groups.setdefault((entry.method, entry.repetition), []).append(entry)
    return tuple(
        Repeat(
            tuple(entry.name for entry in group),
            group[0].about if len({entry.about for entry in group}) == 1 else f"{len(group)} {method} trees",
            tuple(_spread(column, group) for column in table.columns),
        )
        for (method, _), group in ((key, _draws(entries)) for key, entries in groups.items())
        if len(group) > 1
    )


def _draws(entries: Sequence[Entry]) -> list[Entry]:
    """Returns the entries without those that are another's copy: of the same seeds and the same scores."""
    found: dict[tuple, Entry] = {}
    for entry in entries:
        scores = repr(sorted((key, value) for key, value in entry.values.items() if key[0] == "task"))
        found.setdefault((entry.draw, scores), entry)
    return list(found.values())


def _spread(column: Column, entries: Sequence[Entry]) -> str:
    values = [entry.value(column.key) for entry in entries]
    if not all(map(math.isfinite, values)) or (column.group == "gain" and len({e.reference for e in entries}) > 1):
        return DASH
    mean, deviation, places = statistics.mean(values), statistics.stdev(values), decimals(values)
    return with_minus(f"{mean:.{places}f} ± {deviation:.{places}f}")
