"""A report of forty tasks can be read: tasks have rows, grouped by a tree, and pictures sum them up."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.report import figures
from bmt_tf.report.comparison import comparison_tables
from bmt_tf.report.figures.affinity import likeness_order
from bmt_tf.report.markdown import markdown_table
from bmt_tf.report.page import render
from bmt_tf.report.searches import Search
from bmt_tf.report.study import ReportedRun, Score, Study
from bmt_tf.search.alpha_file import AlphaHistory

TASKS = tuple(f"has_{number:02d}" for number in range(40))
BLOCKS = ("one", "two", "three")
EVEN, ODD = TASKS[::2], TASKS[1::2]
TREE = Grouping(TASKS, BLOCKS, [[TASKS], [EVEN, ODD], [[task] for task in TASKS]])
COSTS = {"parameters": 1e6, "multiply_adds": 2e6, "milliseconds": 3.0}


def scores(tasks, value):
    return {task: Score("accuracy", value + place / 100, "", 64, False) for place, task in enumerate(tasks)}


def affinity():
    same = np.equal.outer(np.arange(40) % 2, np.arange(40) % 2)
    values = np.where(same, 0.9, 0.2) + 0.0 * np.eye(40)
    np.fill_diagonal(values, 1)
    return AffinityResult(np.stack([values] * 3), TASKS, BLOCKS, ("i", "j"), np.zeros((0, 3, 40, 40)))


def search():
    random = np.random.default_rng(0)
    history = random.standard_normal((4, 3, 40, 2)).astype(np.float32)
    found = AlphaHistory(history[-1], history, np.arange(4), np.linspace(5, 1, 4), TASKS, BLOCKS)
    return Search("search", found, found.grouping())


@pytest.fixture(scope="module")
def study():
    singles = [
        ReportedRun(
            f"single/{task}", None, Grouping.shared((task,), BLOCKS), scores((task,), 0.5), COSTS, {}, "val", 64
        )
        for task in TASKS
    ]
    delta = {"value": 1.0, "per_task": dict.fromkeys(TASKS, 1.0), "references": {}}
    branched = ReportedRun("branched", None, TREE, scores(TASKS, 0.6), COSTS, delta, "val", 64)
    return Study("forty", (branched, *singles), {"affinity": affinity()}, (), (search(),), ())


def test_tasks_have_rows_grouped_by_the_tree(study):
    (table,) = comparison_tables(study.runs)
    headings = [table.columns[number].heading for number in table.beside]
    assert "delta_m" in headings and not set(headings) & set(TASKS)
    rows = [tuple(table.columns[number].heading for number in group) for group in table.by_task]
    assert rows == [EVEN, ODD]


def test_markdown_has_a_line_for_each_task(study):
    (table,) = comparison_tables(study.runs)
    networks, tasks = markdown_table(table).split("\n\n")
    assert len(networks.splitlines()) == 2 + 2 and "has_00" not in networks
    lines = tasks.splitlines()
    assert lines[0].startswith("| task | single-task networks | branched |") and len(lines) == 2 + 40
    assert lines[2].startswith("| has_00 (accuracy) | ") and "**" in lines[2]


def test_the_page_has_one_entry_for_the_single_task_networks(study):
    page = render(study)
    made = page[page.index('id="made"') :]
    assert made.count("<details ") == 3 and "40 networks in single, such as single/has_00" in made
    assert page.count('<td class="left">has_') == 40 and '<th class="task">' not in page
    assert len(page) < 2_000_000


def test_pictures_name_tasks_once_and_sum_up(study):
    def words(picture):
        return [one.text for one in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]

    over_time = words(figures.routing_over_time(study.searches[0]))
    assert {"median task", "all tasks"} <= set(over_time) and not set(TASKS) & set(over_time)
    routing = words(figures.routing_map(study.searches[0]))
    assert all(routing.count(task) == 1 for task in TASKS) and set(BLOCKS) <= set(routing)
    maps = words(figures.affinity_maps(study.affinities["affinity"]))
    assert all(maps.count(task) == 2 for task in TASKS) and set(BLOCKS) <= set(maps)


def test_like_tasks_stand_together():
    order = likeness_order(affinity().affinity[0])
    assert len(set(order[:20] % 2)) == 1 and sorted(order) == list(range(40))
