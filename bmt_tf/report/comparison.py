"""The comparison tables of a study: one per setting and set of tasks, so that none mixes what cannot be compared."""

import math
from collections.abc import Iterable, Sequence

from bmt_tf.costs.units import UNITS
from bmt_tf.report.cells import rows_of
from bmt_tf.report.singles import SingleSet, single_sets
from bmt_tf.report.study import ReportedRun
from bmt_tf.report.tables import (
    COST_KEYS,
    GAIN,
    GAIN_KEY,
    SHOWN_UNITS,
    SINGLE,
    STEP,
    STEP_KEY,
    Column,
    Entry,
    Table,
    served_key,
)
from bmt_tf.report.trees import branch_text
from bmt_tf.report.wording import setting_text

SINGLES = "single-task networks"
Heads = frozenset[tuple[str, str]]
MOST_GROUPS = 8  # of tasks in a table


def comparison_tables(runs: Iterable[ReportedRun]) -> tuple[Table, ...]:
    """Returns the tables of the runs that have scores.

    Args:
        runs: The runs of a study.

    Returns:
        One table for each combination of settings, data, split, tasks and heads that occurs, with the single-task
        networks of these tasks and heads; the largest first. Single-task networks of tasks that no other network has
        are in one of their own.
    """
    groups: dict[tuple, list[ReportedRun]] = {}
    for run in runs:
        if run.scores:
            groups.setdefault(run.table_key, []).append(run)
    tables = [table for group in groups.values() for table in _tables(group)]
    return tuple(sorted(tables, key=lambda table: -len(table.entries)))


def _tables(runs: Sequence[ReportedRun]) -> Iterable[Table]:
    """Yields the tables of runs of equal settings, one per set of tasks and their heads."""
    singles = [run for run in runs if run.single]
    by_tasks: dict[tuple[frozenset[str], Heads], list[ReportedRun]] = {}
    for run in runs:
        if not run.single:
            by_tasks.setdefault((run.tasks, run.heads), []).append(run)
    for (tasks, heads), networks in by_tasks.items():
        yield _table(tasks, [run for run in singles if _belongs(run, tasks, heads)], networks)
    alone = [run for run in singles if not any(_belongs(run, *kind) for kind in by_tasks)]
    if alone:
        yield _table(frozenset().union(*(run.tasks for run in alone)), alone, [])


def _belongs(single: ReportedRun, tasks: frozenset[str], heads: Heads) -> bool:
    return single.tasks <= tasks and single.heads == {(task, head) for task, head in heads if task in single.tasks}


def _table(tasks: frozenset[str], singles: Sequence[ReportedRun], networks: Sequence[ReportedRun]) -> Table:
    # The networks first: they have the tasks in the order in which they were named.
    columns, sets = _columns([*networks, *singles]), single_sets(singles, tasks)
    entries = tuple(_single_entry(members) for members in sets) + tuple(
        sorted((_entry(run, sets) for run in networks), key=_cost_order)
    )
    groups = _groups([column.heading for column in columns if column.group == "task"], networks)
    return Table(_settings([*singles, *networks]), columns, entries, rows_of(columns, entries), groups)


def _groups(tasks: Sequence[str], networks: Sequence[ReportedRun]) -> tuple[tuple[str, ...], ...]:
    """Returns the tasks as a tree of one of the networks groups them, at its last block of few parts."""
    trees = [run.grouping for run in networks if run.grouping]
    partitions = (partition for tree in trees for partition in reversed(tree.partitions))
    found = next((partition for partition in partitions if 1 < len(partition) <= MOST_GROUPS), ())
    rest = tuple(task for task in tasks if not any(task in part for part in found))
    return tuple(part for part in (*found, rest) if part)


def _columns(runs: Sequence[ReportedRun]) -> tuple[Column, ...]:
    scores = {task: score for run in runs for task, score in run.scores.items()}
    columns = [
        Column(task, ", ".join(filter(None, [score.measure, score.unit])), score.lower_is_better, "task")
        for task, score in scores.items()
    ]
    if any(run.delta for run in runs):
        columns.append(Column(GAIN, "%", False, "gain"))
    units = [unit for name, unit in UNITS.items() if name in SHOWN_UNITS and any(name in run.cost for run in runs)]
    columns += [Column(unit.heading, unit.symbol, True, "cost") for unit in units]
    columns += [Column(served_key(name)[1], "ms", True, "cost") for name in _formats(runs)]
    if any(math.isfinite(run.seconds_per_step) for run in runs):
        columns.append(Column(STEP, "ms", True, "time"))
    return tuple(columns)


def _formats(runs: Sequence[ReportedRun]) -> list[str]:
    """Returns the names of the formats in which the latency of any run was measured."""
    return list(dict.fromkeys(name for run in runs for name, time in run.served.items() if math.isfinite(time)))


def _values(run: ReportedRun) -> dict:
    values = {("task", task): score.value for task, score in run.scores.items()}
    values |= {COST_KEYS[name]: cost / UNITS[name].divisor for name, cost in run.cost.items() if name in UNITS}
    values |= {served_key(name): time for name, time in run.served.items()}
    return values | {STEP_KEY: run.seconds_per_step * 1e3}


def _entry(run: ReportedRun, sets: Sequence[SingleSet]) -> Entry:
    values = _values(run) | {GAIN_KEY: run.delta.get("value", math.nan)}
    made_by = (run.grouping.made_by or {}) if run.grouping else {}
    return Entry(
        run.name,
        _about(run),
        run.method,
        _seed(run),
        values,
        run.delta.get("per_task", {}),
        _reference(run, sets),
        run.repetition,
        (run.seed, made_by.get("seed")),
    )


def _about(run: ReportedRun) -> str:
    """Returns a network's tree or soft sharing, and its weighting and updates where these are not as usual."""
    settings = run.run.settings if run.run else None
    weighting, updates = getattr(settings, "weighting", "fixed"), getattr(settings, "updates", "joint")
    parts = (
        branch_text(run.grouping.branches) if run.grouping else run.sharing,
        f"{weighting} weights" if weighting != "fixed" else "",
        f"updates {updates.replace('_', ' ')}" if updates != "joint" else "",
    )
    return ", ".join(filter(None, parts))


def _single_entry(members: SingleSet) -> Entry:
    """Returns one set of single-task networks as an entry; what not all of them have is no sum, and so is missing."""
    values = {key: value for run in members.runs for key, value in _values(run).items() if key[0] == "task"}
    for key in (*COST_KEYS.values(), *map(served_key, _formats(members.runs)), STEP_KEY):
        parts = [_values(run).get(key, math.nan) for run in members.runs]
        values[key] = sum(parts) if members.complete else math.nan
    values[GAIN_KEY] = 0.0 if members.complete else math.nan
    kin = [run.repetition for run in members.runs]
    repetition = None if None in kin or not members.complete else frozenset(kin)
    seed = members.runs[0].seed
    return Entry(SINGLES, members.about, SINGLE, _seed(members.runs[0]), values, {}, members.name, repetition, (seed,))


def _reference(run: ReportedRun, sets: Sequence[SingleSet]) -> str:
    """Returns what a network's gains refer to: a set of the table, or the places that are named beside its gains."""
    paths = list(run.delta.get("references", {}).values())
    for members in sets:
        if members.complete and members.holds(paths):
            return members.name if members.explains(run) else f"{members.name} as scored before"
    return ", ".join(dict.fromkeys(path.rpartition("/")[0] or path for path in paths))


def _seed(run: ReportedRun) -> str:
    return "" if run.seed is None else str(run.seed)


def _cost_order(entry: Entry) -> tuple[float, str]:
    costs = (entry.value(COST_KEYS[unit]) for unit in ("multiply_adds", "parameters"))
    return (next(filter(math.isfinite, costs), math.inf), entry.name)


def _settings(runs: Sequence[ReportedRun]) -> dict[str, str]:
    """Returns what all runs of a table have in common, without what is off or empty."""
    run = runs[0]
    shown = {name: setting_text(name, value) for name, value in run.compared.items() if value}
    heads = dict(pair for run in runs for pair in sorted(run.heads))
    shown |= {"heads": setting_text("heads", heads)} if heads else {}
    images = max((score.images for run in runs for score in run.scores.values()), default=0)
    after = f", after {run.step:,} updates" if run.step and run.step != run.compared.get("steps") else ""
    return {**shown, "scored on": f"{run.split}, {images} images{after}"}
