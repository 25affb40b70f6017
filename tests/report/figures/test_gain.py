"""The figure of gain against cost names every network, and is left out where there is no gain."""

import dataclasses

import pytest

from bmt_tf.report import comparison_tables, figures


@pytest.fixture
def table(study):
    (found,) = comparison_tables(study.runs)
    return found


def costs(table, *headings):
    return [column for column in table.columns if column.group == "cost" and column.heading in headings]


def test_every_network_is_labelled_in_gain_against_cost(table, words):
    shown = words(figures.gain_against_cost(table, costs(table, "multiply-adds", "latency")))
    for entry in table.entries:
        assert shown.count(entry.name) >= 2
    assert "latency (ms)" in shown


def test_no_gain_no_picture(table):
    bare = dataclasses.replace(table, entries=table.entries[:1])
    assert figures.gain_against_cost(bare, costs(table, "latency")) == ""
