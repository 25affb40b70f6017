"""Comparison tables: what stands beside what, and which number is the best."""

import dataclasses

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report import comparison, read_study
from bmt_tf.report.study import ReportedRun, Score
from bmt_tf.report.tables import Cell
from bmt_tf.runs import Run


def changed(reported, **changes):
    """A run with other settings."""
    settings = dataclasses.replace(reported.run.settings, **changes)
    return dataclasses.replace(reported, run=Run(settings, reported.run.record))


@pytest.fixture(scope="module")
def table(study_dir):
    (found,) = comparison.comparison_tables(read_study(study_dir).runs)
    return found


def cell(table, name, heading):
    """The cell of a network in a column."""
    row = next(row for entry, row in zip(table.entries, table.rows, strict=True) if entry.name == name)
    return row[[column.heading for column in table.columns].index(heading)]


def test_single_task_networks_come_first_as_one_row(table):
    assert table.entries[0].name == comparison.SINGLES
    assert cell(table, comparison.SINGLES, "semseg").text == "0.262"
    assert cell(table, comparison.SINGLES, "delta_m").text == "0.00"


def test_costs_of_the_single_task_networks_are_summed(table):
    assert table.entries[0].values["parameters"] == pytest.approx(4 * 2.4 * 0.2)


def test_the_others_follow_by_rising_cost(table):
    assert [entry.name for entry in table.entries[1:]] == ["shared", "bmn_50", "random_1", "vanilla", "bmn_70"]


def test_best_is_the_largest_or_the_least_as_the_measure_says(table):
    for heading in ("semseg", "depth", "normals", "edge", "delta_m"):
        assert [e.name for e in table.entries if cell(table, e.name, heading).best] == ["bmn_70"]
    assert [e.name for e in table.entries if cell(table, e.name, "latency").best] == ["shared"]


def test_gains_and_the_papers_count_are_noted_below(table):
    assert cell(table, "shared", "depth").note == "\u22125.0 %"
    assert cell(table, "shared", "multiply-adds") == Cell("0.091", True, "papers 0.090")


def test_runs_of_other_settings_get_a_table_of_their_own(study_dir):
    runs = read_study(study_dir).runs
    other = dataclasses.replace(changed(runs[0], steps=4000), name="longer")
    tables = comparison.comparison_tables([*runs, other])
    assert [len(table.entries) for table in tables] == [6, 1]
    assert tables[1].settings["steps"] == "4,000"


def test_two_seeds_of_the_single_task_networks_are_two_rows(study_dir):
    singles = [run for run in read_study(study_dir).runs if run.single]
    again = [changed(run, seed=2) for run in singles]
    (table,) = comparison.comparison_tables([*singles, *again])
    assert [entry.seed for entry in table.entries] == ["1", "2"]


def test_a_missing_number_is_a_dash_and_never_the_best():
    scores = [{"a": Score("m", float("nan"), "", 0, False)}, {"a": Score("m", 3.0, "", 5, False)}]
    runs = [
        ReportedRun(name=f"run{n}", grouping=Grouping.shared(("a", "b"), ("x",)), scores=s)
        for n, s in enumerate(scores)
    ]
    (table,) = comparison.comparison_tables(runs)
    assert cell(table, "run0", "a") == Cell("\u2013")
    assert cell(table, "run1", "a").text == "3.00"
