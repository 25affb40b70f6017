"""Sections hold what is there of a study, and nothing of what is not."""

import base64

import pytest

from bmt_tf.report import comparison_tables, read_study, sections


@pytest.fixture(scope="module")
def study(searched_dir):
    return read_study(searched_dir)


def test_a_picture_travels_in_its_address():
    assert sections.picture_uri("<svg/>") == f"data:image/svg+xml;base64,{base64.b64encode(b'<svg/>').decode()}"
    assert sections.picture_uri(b"\x89PNG").startswith("data:image/png;base64,")


def test_a_tree_is_listed_once_with_all_its_names(study):
    names = [tree["names"] for tree in sections.tree_section(study)]
    assert ["bmn_50", "affinity"] in names
    assert sorted(name for group in names for name in group) == sorted(name for name, _ in study.trees)


def test_panels_are_named_by_their_image(study):
    shown = sections.panel_section(study, comparison_tables(study.runs))
    assert [[one["name"] for one in run["pictures"]] for run in shown] == [["0042"], ["0042"]]


def test_runs_and_searches_tell_how_they_were_made(study):
    details = {one["name"]: one for one in sections.detail_section(study)}
    assert details["shared"]["command"].startswith("python scripts/train.py --flagfile")
    assert details["shared"]["data"] == "rooms 5f2c91" and details["shared"]["step"] == "2,000"
    assert details["search"]["flags"]["trade_off"] == "0.5" and details["search"]["step"] == "\u2013"
