"""Which runs of a study belong beside which row of a printed table."""

import math
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bmt_tf.report.comparison import comparison_tables
from bmt_tf.report.papers.choices import networks_chosen
from bmt_tf.report.papers.printed import PaperRow, PaperTable
from bmt_tf.report.study import Study
from bmt_tf.report.tables import COST_KEYS, Entry, Key, Table
from bmt_tf.report.trees import LISTED
from bmt_tf.tasks import attribute_task, get_task


@dataclass(frozen=True)
class Ours:
    """Runs that differ by chance alone, taken together.

    Args:
        names: Their names.
        values: Numbers by the key of their column, one per run.
    """

    names: tuple[str, ...]
    values: Mapping[Key, tuple[float, ...]]

    def mean(self, key: Key) -> float:
        """Returns the mean over the runs; NaN where one has no number."""
        return statistics.fmean(self.values[key]) if key in self.values else float("nan")

    def deviation(self, key: Key) -> float | None:
        """Returns the standard deviation over the runs; None for a single one."""
        return statistics.stdev(self.values[key]) if len(self.values.get(key, ())) > 1 else None


@dataclass(frozen=True)
class Beside:
    """The runs of equal settings that stand beside a printed table.

    Args:
        settings: What they have in common, setting -> value.
        of_row: By the number of a row, what stands beside it.
        others: Runs of these tasks that no row is known for.
    """

    settings: Mapping[str, str]
    of_row: Mapping[int, tuple[Ours, ...]] = field(default_factory=dict)
    others: tuple[Ours, ...] = ()


def beside(table: PaperTable, study: Study) -> tuple[Beside, ...]:
    """Returns the runs of a study beside a printed table, one value for each combination of settings.

    A run stands beside the row that its folder is named like (`bmtas_2`, `nddr_cnn`), or else beside the one row
    of its method. Where the table has several rows of a method, so many trees of it are taken by rising cost; of
    another number nobody knows which is which. A method that has no runs of its own has those of all trees that it
    has chosen.

    Args:
        table: The printed table.
        study: The study, as from `read_study`.
    """
    chosen = networks_chosen(study, table.cost.name) if table.cost else {}
    return tuple(_beside(table, one, chosen) for one in tables_beside(table, study))


def tables_beside(table: PaperTable, study: Study) -> tuple[Table, ...]:
    """Returns the comparison tables of a study that have the tasks of a printed table.

    Where the print is a mean over attributes, so is what stands beside it of networks that have attributes for tasks.
    """
    wanted = frozenset(table.tasks)
    means = {column.name: _attributes(column.name) for column in table.columns if column.mean}
    found = []
    for one in comparison_tables(study.runs):
        if _tasks(one) == wanted:
            found.append(one)
        found += [_with_mean(one, name, len(parts)) for name, parts in means.items() if _tasks(one) <= parts]
    return tuple(found)


def _attributes(task: str) -> frozenset[str]:
    """Returns the names of the tasks that predict one attribute each of a task of many."""
    return frozenset(attribute_task(name).name for name in get_task(task).classes)


def _with_mean(table: Table, name: str, count: int) -> Table:
    """Returns a table whose entries have the mean over its tasks as the score of one task more; NaN if one has none."""
    tasks = sorted(_tasks(table))
    entries = [
        replace(
            one, values={**one.values, ("task", name): statistics.fmean(one.value(("task", task)) for task in tasks)}
        )
        for one in table.entries
    ]
    settings = {**table.settings, "score": f"mean over {len(tasks)} of {count} {name}"}
    return replace(table, entries=tuple(entries), settings=settings)


def _tasks(table: Table) -> frozenset[str]:
    return frozenset(column.heading for column in table.columns if column.group == "task")


def _beside(table: PaperTable, ours: Table, chosen: Mapping[str, frozenset[str]]) -> Beside:
    encoder = str(ours.settings.get("encoder", ""))
    rows = {n: row for n, row in enumerate(table.rows) if not row.encoder or row.encoder == encoder}
    placed: dict[int, list[list[Entry]]] = {}
    left: dict[str, list[list[Entry]]] = {}
    for group in _alike(ours.entries):
        number = _named_row(rows, group)
        if number is None:
            left.setdefault(group[0].method, []).append(group)
        else:
            placed.setdefault(number, []).append(group)
    others: list[list[Entry]] = []
    listed = left.get(LISTED, [])
    for method in dict.fromkeys(row.method for row in rows.values()):
        taken = [group for group in listed if group[0].name in chosen.get(method, ())]
        if method not in left and taken:
            left[method] = taken
            left[LISTED] = [group for group in left[LISTED] if group not in taken]
    for method, groups in left.items():
        free = [n for n, row in rows.items() if method and row.method == method and n not in placed]
        if method == "single" and len(free) == 1:
            placed[free[0]] = groups
        elif len(free) == len(groups):
            dearest_last = sorted(groups, key=lambda group: _cost(group, table))
            placed |= {n: [group] for n, group in zip(free, dearest_last, strict=True)}
        else:
            others += groups
    return Beside(
        ours.settings,
        {number: tuple(map(_together, groups)) for number, groups in sorted(placed.items())},
        tuple(map(_together, others)),
    )


def _alike(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Returns the entries by what differs by chance alone; single-task networks and unknown ones by themselves."""
    groups: dict[object, list[Entry]] = {}
    for number, entry in enumerate(entries):
        chance = None if entry.single else entry.repetition
        groups.setdefault((entry.method, number if chance is None else chance, chance is None), []).append(entry)
    return list(groups.values())


def _named_row(rows: Mapping[int, PaperRow], group: Sequence[Entry]) -> int | None:
    """Returns the row that the folder of one of the runs is named like."""
    names = {_plain(entry.name.rpartition("/")[2]) for entry in group if not entry.single}
    return next((number for number, row in rows.items() if _plain(row.name) in names), None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _cost(group: Sequence[Entry], table: PaperTable) -> float:
    """Returns what the networks of a group cost in the unit of the printed table, or else in multiply-adds."""
    keys = [column.key for column in (table.cost,) if column] + [COST_KEYS["multiply_adds"]]
    return next(filter(math.isfinite, map(group[0].value, keys)), math.inf)


def _together(group: Sequence[Entry]) -> Ours:
    keys = dict.fromkeys(key for entry in group for key in entry.values)
    values = {key: tuple(entry.value(key) for entry in group) for key in keys}
    return Ours(tuple(entry.name for entry in group), values)
