"""The comparison tables of a study: one per setting, so that no table mixes runs that cannot be compared."""

import collections
import math
from collections.abc import Iterable, Sequence

from bmt_tf.costs.units import UNITS
from bmt_tf.report.cells import rows_of
from bmt_tf.report.study import ReportedRun
from bmt_tf.report.tables import GAIN, HEADINGS, SHOWN_UNITS, SINGLE, STEP, Column, Entry, Table
from bmt_tf.report.trees import branch_text, method_of
from bmt_tf.report.wording import setting_text

SINGLES = "single-task networks"


def comparison_tables(runs: Iterable[ReportedRun]) -> tuple[Table, ...]:
    """Returns the tables of the runs that have scores.

    Args:
        runs: The runs of a study.

    Returns:
        One table for each combination of settings, data and split that occurs; the largest first.
    """
    groups: dict[tuple, list[ReportedRun]] = {}
    for run in runs:
        if run.scores:
            groups.setdefault(run.table_key, []).append(run)
    tables = [_table(group) for group in groups.values()]
    return tuple(sorted(tables, key=lambda table: -len(table.entries)))


def _table(runs: Sequence[ReportedRun]) -> Table:
    columns = _columns(runs)
    entries = tuple(_single_entries([run for run in runs if run.single])) + tuple(
        sorted((_entry(run) for run in runs if not run.single), key=_cost_order)
    )
    return Table(_settings(runs[0]), columns, entries, rows_of(columns, entries))


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
    if any(math.isfinite(run.seconds_per_step) for run in runs):
        columns.append(Column(STEP, "ms", True, "time"))
    return tuple(columns)


def _entry(run: ReportedRun) -> Entry:
    values = {task: score.value for task, score in run.scores.items()}
    values |= {UNITS[name].heading: cost / UNITS[name].divisor for name, cost in run.cost.items() if name in UNITS}
    values |= {STEP: run.seconds_per_step * 1e3, GAIN: float(run.delta.get("value", math.nan))}
    about = branch_text(run.grouping.branches) if run.grouping else ""
    seed = "" if run.seed is None else str(run.seed)
    return Entry(run.name, about, method_of(run.grouping), seed, values, run.delta.get("per_task", {}))


def _single_entries(runs: Sequence[ReportedRun]) -> Iterable[Entry]:
    """Yields one entry for each set of single-task networks: those below one folder, of one seed, one per task."""
    sets: dict[tuple, list[ReportedRun]] = {}
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
        values[GAIN] = 0.0
        about = f"{len(members)} network{'s' if len(members) > 1 else ''} in {folder or 'the study'}"
        yield Entry(SINGLES, about, SINGLE, _entry(members[0]).seed, values, {})


def _cost_order(entry: Entry) -> tuple[float, str]:
    parameters = entry.values.get(HEADINGS["parameters"], math.inf)
    return (entry.values.get(HEADINGS["multiply_adds"], parameters), entry.name)


def _settings(run: ReportedRun) -> dict[str, str]:
    """Returns what all runs of a table have in common, without what is off or empty."""
    shown = {name: setting_text(value) for name, value in run.compared.items() if value}
    images = {score.images for score in run.scores.values()}
    return {**shown, "scored on": f"{run.split}, {max(images, default=0)} images"}
