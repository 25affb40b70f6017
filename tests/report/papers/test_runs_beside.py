"""Runs come beside the rows that they are: by name, by method, by cost; nobody guesses."""

import dataclasses
import json
import math

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report.papers.grid import paper_grid
from bmt_tf.report.papers.printed import paper_table
from bmt_tf.report.papers.runs_beside import beside
from bmt_tf.report.reading import read_study
from bmt_tf.report.study import ReportedRun, Score, Study
from bmt_tf.report.tables import COST_KEYS
from bmt_tf.tasks import attribute_task, get_task

TASKS, BLOCKS = ("semseg", "depth", "normals", "edge"), ("one", "two")
SHAPES = {1: [[TASKS], [TASKS]], 2: [[TASKS], [TASKS[:2], TASKS[2:]]], 4: [[TASKS[:2], TASKS[2:]]] * 2}


def _run(name, method, parts=1, score=0.4, seed=None):
    scores = {task: Score("", score, "", 10, task in ("depth", "normals")) for task in TASKS}
    made_by = {"method": method} if method else None
    return ReportedRun(
        name, None, Grouping(TASKS, BLOCKS, SHAPES[parts], "", made_by), scores, {"multiply_adds": parts}
    )


def _study(*runs):
    return Study("made up", runs, {}, (), (), ())


def _named(found):
    table = paper_table("bmtas.2")
    return {table.rows[n].name: [one.names for one in group] for n, group in found.of_row.items()}


def test_runs_are_found_by_their_folder_and_by_their_method():
    (found,) = beside(
        paper_table("bmtas.2"), _study(_run("x/shared", "shared"), _run("x/BMTAS_2", "bmtas", 2), _run("y/mtan", "", 4))
    )
    assert _named(found) == {"Shared": [("x/shared",)], "MTAN": [("y/mtan",)], "BMTAS-2": [("x/BMTAS_2",)]}


def test_as_many_trees_of_a_method_as_rows_are_taken_by_rising_cost():
    runs = [_run("a", "bmtas", 4), _run("b", "bmtas", 1), _run("c", "bmtas", 2)]
    (found,) = beside(paper_table("bmtas.2"), _study(*runs))
    assert _named(found) == {"BMTAS-1": [("b",)], "BMTAS-2": [("c",)], "BMTAS-3": [("a",)]}


def test_another_number_of_trees_of_a_method_is_left_to_the_reader():
    runs = [_run("a", "bmtas", 4), _run("b", "bmtas", 1), _run("c", "bmn", 2)]
    (found,) = beside(paper_table("bmtas.2"), _study(*runs))
    assert _named(found) == {} and [one.names for one in found.others] == [("b",), ("a",), ("c",)]


def test_a_method_without_networks_of_its_own_has_those_of_all_trees_that_it_has_chosen(listed):
    front, table = listed.fronts[0], paper_table("bmn.1")
    fronts = [
        dataclasses.replace(
            front, points=tuple(dataclasses.replace(p, chosen=number == place) for number, p in enumerate(front.points))
        )
        for place in (3, 1, 2)
    ]
    (found,) = beside(table, dataclasses.replace(listed, fronts=tuple(fronts)))
    named = {table.rows[n].name: group for n, group in found.of_row.items()}
    trees = {run.name: json.loads(json.dumps(run.grouping.partitions)) for run in listed.runs}
    for place in (1, 2, 3):
        ((name,),) = (one.names for one in named[f"Ours - {place}"])
        assert trees[name] == json.loads(front.points[place].partitions)
    assert [one.names for one in named["MTL baseline"]] == [("all_0",)]
    assert len(found.others) == 35 - 4


def test_a_whole_study_comes_beside_the_table_of_its_tasks_and_of_no_other(study_dir):
    study = read_study(study_dir)
    (found,) = beside(paper_table("bmtas.2"), study)
    named = _named(found)
    assert named["Shared"] == [("shared",)] and len(named["Single"]) == 1
    single = found.of_row[0][0]
    assert single.mean(("task", "semseg")) == pytest.approx(0.262) and single.deviation(("task", "semseg")) is None
    assert single.mean(COST_KEYS["parameters"]) == pytest.approx(4 * 0.48)
    assert {name for one in found.others for name in one.names} == {"bmn_50", "bmn_70", "vanilla", "random_1"}
    assert found.settings["encoder"] == "mobilenet_v2_0.35"
    assert beside(paper_table("bmtas.1"), study) == ()


def _of_attributes(name, method, values):
    tasks = tuple(values)
    scores = {task: Score("accuracy", value, "", 10, False) for task, value in values.items()}
    tree = Grouping.shared(tasks, BLOCKS, made_by={"method": method})
    return ReportedRun(name, None, tree, scores, {"parameters": 2.5e6})


def test_networks_of_forty_attributes_stand_beside_the_print_by_their_mean():
    names = [attribute_task(name).name for name in get_task("attributes").classes]
    values = {name: 0.9 + number / 1000 for number, name in enumerate(names)}
    runs = [_of_attributes("x/ours_thin_32", "bmn", values), _of_attributes("x/fafs", "fafs", values)]
    (found,) = beside(paper_table("bmn.3"), _study(*runs))
    table = paper_table("bmn.3")
    ((number, (ours,)),) = found.of_row.items()
    assert table.rows[number].name == "Ours-Thin-32" and [one.names for one in found.others] == [("x/fafs",)]
    assert ours.mean(("task", "attributes")) == pytest.approx(0.9 + 0.0195)
    assert found.settings["score"] == "mean over 40 of 40 attributes"
    line = next(line for line in paper_grid(table, found).lines if line[0] == "ours: x/ours_thin_32")
    assert line[1:3] == ("91.95 (+0.49)", "2.50 (+0.30)")


def test_fewer_attributes_are_said_to_be_fewer_and_other_tasks_are_none():
    table = paper_table("bmn.3")
    (found,) = beside(table, _study(_of_attributes("x", "bmn", {"male": 0.9, "young": float("nan")})))
    assert found.settings["score"] == "mean over 2 of 40 attributes"
    assert math.isnan(found.others[0].mean(("task", "attributes")))
    assert beside(table, _study(_of_attributes("x", "bmn", {"male": 0.9, "has_a_boat": 0.8}))) == ()
    assert len(beside(table, _study(_of_attributes("x", "bmn", {"attributes": 0.9})))) == 1
