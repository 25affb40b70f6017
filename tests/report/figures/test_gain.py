"""The figure of gain against cost names every network, and is left out where there is no gain."""

import collections
import dataclasses
import re

import pytest

from bmt_tf.report import comparison_tables, figures
from bmt_tf.report.figures.gain import method_front
from bmt_tf.runs import Run


@pytest.fixture
def table(study):
    (found,) = comparison_tables(study.runs)
    return found


def cost(table, heading):
    (found,) = [column for column in table.columns if column.key == ("cost", heading)]
    return found


def test_every_network_is_labelled_in_gain_against_cost(table, words):
    shown = words(figures.gain_against_cost(table, cost(table, "latency")))
    for entry in table.entries:
        assert entry.name in shown
    assert "latency (ms)" in shown


def test_what_belongs_to_a_method_is_named_by_it(table):
    picture = figures.gain_against_cost(table, cost(table, "multiply-adds"))
    names = re.findall(r'id="(method[^"]*)"', picture)
    assert len(set(names)) == len(names)
    kinds = collections.Counter(name.rsplit(".", 2)[0] for name in names)
    assert kinds["method.bmn.point"] == kinds["method.bmn.name"] == 2
    assert kinds["method.bmn.front"] == 1  # bmn_50 is cheaper, bmn_70 gains more
    assert kinds["method.random.front"] == kinds["method.bmn.error1"] == 0


def test_several_seeds_are_one_point_with_bars(study):
    runs = list(study.runs)
    (bmn,) = (run for run in runs if run.name == "bmn_50")
    settings = dataclasses.replace(bmn.run.settings, seed=2)
    delta = {**bmn.delta, "value": bmn.delta["value"] + 1}
    runs.append(dataclasses.replace(bmn, name="bmn_50_again", run=Run(settings, bmn.run.record), delta=delta))
    (table,) = comparison_tables(runs)
    picture = figures.gain_against_cost(table, cost(table, "multiply-adds"))
    names = re.findall(r'id="(method.bmn[^"]*)"', picture)
    assert sum(".error" in name for name in names) == 1
    assert sum("point" in name for name in names) == 2


def test_a_front_has_the_points_that_no_other_beats_in_both():
    points = [(3, 1.0), (1, 0.0), (2, -1.0), (4, 0.5), (1, -2.0), (5, 2.0)]
    assert method_front(points) == [(1, 0.0), (3, 1.0), (5, 2.0)]


def test_no_gain_no_picture(table):
    bare = dataclasses.replace(table, entries=table.entries[:1])
    assert figures.gain_against_cost(bare, cost(table, "latency")) == ""
