"""Comparison tables: what stands beside what, and which number is the best."""

import dataclasses

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report import comparison, read_study
from bmt_tf.report.sentences import findings
from bmt_tf.report.study import ReportedRun, Score
from bmt_tf.report.tables import COST_KEYS, STEP_KEY, Cell
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
    assert table.entries[0].value(COST_KEYS["parameters"]) == pytest.approx(4 * 2.4 * 0.2)


def test_the_others_follow_by_rising_cost(table):
    assert [entry.name for entry in table.entries[1:]] == ["shared", "bmn_50", "random_1", "vanilla", "bmn_70"]


def test_best_is_the_largest_or_the_least_as_the_measure_says(table):
    for heading in ("semseg", "depth", "normals", "edge", "delta_m"):
        assert [e.name for e in table.entries if cell(table, e.name, heading).best] == ["bmn_70"]
    assert [e.name for e in table.entries if cell(table, e.name, "latency").best] == ["shared"]


def test_gains_and_the_papers_count_are_noted_below(table):
    assert cell(table, "shared", "depth").note == "\u22125.0 %"
    assert cell(table, "shared", "multiply-adds") == Cell("0.091", True, "papers 0.090")


def test_other_weights_and_updates_are_said_beside_the_tree(study_dir):
    runs = read_study(study_dir).runs
    (shared,) = (run for run in runs if run.name == "shared")
    others = [
        dataclasses.replace(changed(shared, weighting="gradnorm:alpha=1"), name="other"),
        dataclasses.replace(changed(shared, weighting="balanced", updates="in_turn"), name="both"),
    ]
    (table,) = comparison.comparison_tables([*runs, *others])
    about = {entry.name: entry.about for entry in table.entries}
    assert about["other"] == f"{about['shared']}, gradnorm:alpha=1.0 weights"
    assert about["both"] == f"{about['shared']}, balanced weights, updates in turn"


def test_runs_of_other_settings_get_a_table_of_their_own(study_dir):
    runs = read_study(study_dir).runs
    other = dataclasses.replace(changed(runs[0], steps=4000), name="longer")
    tables = comparison.comparison_tables([*runs, other])
    assert [len(table.entries) for table in tables] == [6, 1]
    assert tables[1].settings["steps"] == "4,000"


def test_networks_with_other_heads_get_a_table_of_their_own_with_the_single_ones_that_have_these(study_dir):
    runs = read_study(study_dir).runs
    psp = [
        dataclasses.replace(
            changed(run, heads={"depth": "psp"} if "depth" in run.tasks else {}), name=f"psp/{run.name}"
        )
        for run in runs
        if run.name in ("shared", "single/depth")
    ]
    usual, other = comparison.comparison_tables([*runs, *psp])
    assert "heads" not in usual.settings and other.settings["heads"] == "depth psp"
    assert [entry.name for entry in other.entries if not entry.single] == ["psp/shared"]
    # The other three tasks have the heads of the data in both tables.
    assert [e.about for e in other.entries if e.single] == [
        "3 of 4 networks in single",
        "1 of 4 networks in psp/single",
    ]
    assert [entry.about for entry in usual.entries if entry.single] == ["4 networks in single"]


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


def without(study_dir, *names):
    return [run for run in read_study(study_dir).runs if run.name not in names]


def of_tasks(reported, name, tasks):
    """A network of some of the tasks."""
    whole = reported.grouping
    tree = Grouping.from_routing(tasks, whole.blocks, whole.routing()[:, [whole.tasks.index(task) for task in tasks]])
    scores = {task: reported.scores[task] for task in tasks}
    delta = {**reported.delta, "references": {task: f"single/{task}" for task in tasks}, "per_task": {}}
    return dataclasses.replace(changed(reported, tasks=tasks), name=name, grouping=tree, scores=scores, delta=delta)


def test_a_network_of_three_tasks_is_compared_with_three_single_task_networks(study_dir):
    runs = without(study_dir)
    whole = next(run for run in runs if run.name == "bmn_70")
    four, three = comparison.comparison_tables([*runs, of_tasks(whole, "three", ("semseg", "depth", "edge"))])
    assert [entry.name for entry in three.entries] == [comparison.SINGLES, "three"]
    assert three.entries[0].about == "3 networks in single"
    assert three.entries[0].value(COST_KEYS["parameters"]) == pytest.approx(3 * 2.4 * 0.2)
    assert {column.heading for column in three.columns if column.group == "task"} == {"semseg", "depth", "edge"}
    assert f"{2.6 / (3 * 2.4):.0%} of the parameters" in findings(three)[0]
    assert "three" not in [entry.name for entry in four.entries]


def test_where_a_single_task_network_is_missing_there_is_no_sum_and_no_percentage(study_dir):
    (table,) = comparison.comparison_tables(without(study_dir, "single/edge"))
    assert table.entries[0].about == "3 of 4 networks in single"
    for heading in ("parameters", "multiply-adds", "latency", "training step", "delta_m"):
        assert cell(table, comparison.SINGLES, heading).text == "\u2013"
    assert cell(table, comparison.SINGLES, "semseg").text == "0.262"
    assert not any("% of the" in sentence for sentence in findings(table))


@pytest.mark.parametrize("unmeasured", [{}, {"milliseconds": float("nan")}])
def test_an_unmeasured_latency_is_a_dash_and_no_part_of_a_sum(study_dir, unmeasured):
    runs = [
        dataclasses.replace(run, cost={"parameters": run.cost["parameters"], **unmeasured})
        if run.name in ("single/depth", "bmn_50")
        else run
        for run in read_study(study_dir).runs
    ]
    (table,) = comparison.comparison_tables(runs)
    assert cell(table, comparison.SINGLES, "latency").text == cell(table, "bmn_50", "latency").text == "\u2013"
    assert cell(table, comparison.SINGLES, "parameters").text == "1.92"
    assert not any("latency" in sentence for sentence in findings(table))


def test_the_latency_in_each_runtime_has_a_column_and_is_summed_over_single_task_networks(study_dir):
    runs = [
        dataclasses.replace(run, served={"litert": 2.0, **({"onnx": 3.0} if run.name == "shared" else {})})
        for run in read_study(study_dir).runs
    ]
    (table,) = comparison.comparison_tables(runs)
    assert [float(cell(table, name, "latency in litert").text) for name in (comparison.SINGLES, "shared")] == [8, 2]
    assert float(cell(table, "shared", "latency in onnx").text) == 3
    assert cell(table, comparison.SINGLES, "latency in onnx").text == "\u2013"


def test_single_task_networks_that_no_network_unites_have_a_table_of_their_own(study_dir):
    runs = [run for run in read_study(study_dir).runs if run.single]
    (table,) = comparison.comparison_tables(runs)
    assert table.entries[0].about == "4 networks in single"
    pair = of_tasks(
        next(run for run in read_study(study_dir).runs if run.name == "shared"), "pair", ("semseg", "depth")
    )
    tables = comparison.comparison_tables([*runs, pair])
    assert [[entry.about for entry in table.entries if entry.single] for table in tables] == [
        ["2 networks in single"],
        ["2 networks in single"],
    ]


def test_networks_scored_after_other_steps_or_on_other_images_are_not_compared(study_dir):
    runs = without(study_dir)
    early = dataclasses.replace(runs[0], name="early", step=500)
    fewer = dataclasses.replace(runs[0], name="fewer", images=20)
    tables = comparison.comparison_tables([*runs, early, fewer])
    assert [len(table.entries) for table in tables] == [6, 1, 1]
    assert "after 500 updates" in tables[1].settings["scored on"]


def test_gains_over_other_networks_than_the_table_shows_say_so_and_give_no_percentage(study_dir):
    runs = without(study_dir)
    other = {"value": 9.0, "per_task": {}, "references": {"semseg": "elsewhere/one/semseg"}}
    runs = [dataclasses.replace(run, delta=other) if run.name == "bmn_50" else run for run in runs]
    (table,) = comparison.comparison_tables(runs)
    assert cell(table, "bmn_50", "delta_m") == Cell("9.00", False, "over elsewhere/one")
    assert not any(cell(table, entry.name, "delta_m").best for entry in table.entries)
    sentences = {sentence.partition(":")[0]: sentence for sentence in findings(table)}
    assert sentences["bmn_50"] == "bmn_50: 9.00 % better than the single-task networks in elsewhere/one."
    assert "% of the parameters" in sentences["bmn_70"]


def test_gains_over_scores_that_have_changed_since_say_so(study_dir):
    worse = {"edge": Score("ODS-F", 0.4, "", 98, False)}
    runs = [dataclasses.replace(run, scores=worse) if run.name == "single/edge" else run for run in without(study_dir)]
    (table,) = comparison.comparison_tables(runs)
    assert cell(table, "shared", "delta_m").note == "over single as scored before"


def test_of_two_sets_of_single_task_networks_percentages_are_of_the_one_that_the_gain_refers_to(study_dir):
    runs = without(study_dir)
    again = [
        dataclasses.replace(run, name=f"again/{run.name}", cost={"parameters": 2 * run.cost["parameters"]})
        for run in runs
        if run.single
    ]
    (table,) = comparison.comparison_tables([*again, *runs])
    assert f"networks in single, with {2.6 / (4 * 2.4):.0%} of the parameters" in findings(table)[-1]


@pytest.mark.parametrize("name", ["parameters", "latency", "delta_m", "training step"])
def test_a_task_with_the_name_of_a_cost_keeps_its_own_numbers(study_dir, name):
    runs = [run for run in read_study(study_dir).runs if run.name == "shared"]
    runs = [dataclasses.replace(runs[0], scores={**runs[0].scores, name: Score("m", 7.0, "", 98, False)})]
    (table,) = comparison.comparison_tables(runs)
    assert table.entries[0].value(("task", name)) == 7.0
    assert table.entries[0].value(COST_KEYS["parameters"]) == pytest.approx(0.2)
    assert table.entries[0].value(STEP_KEY) == pytest.approx(140)


def test_columns_are_in_the_order_of_the_networks_tasks(table):
    tasks = [column.heading for column in table.columns if column.group == "task"]
    assert tasks == ["semseg", "depth", "normals", "edge"]
