"""Sections hold what is there of a study, and nothing of what is not."""

import dataclasses

import pytest

from bmt_tf.report import comparison_tables, read_study, sections
from bmt_tf.runs import Run


@pytest.fixture(scope="module")
def study(searched_dir):
    return read_study(searched_dir)


def test_a_tree_is_listed_once_with_all_its_names(study):
    names = [tree["names"] for tree in sections.tree_section(study)]
    assert ["bmn_50", "affinity"] in names
    assert sorted(name for group in names for name in group) == sorted(name for name, _ in study.trees)


def test_panels_are_named_by_their_image(study):
    shown = sections.panel_section(study, comparison_tables(study.runs))
    assert [[one["name"] for one in run["pictures"]] for run in shown] == [["0042"], ["0042"]]


def test_of_several_seeds_of_a_tree_the_first_has_pictures(study):
    first = next(run for run in study.runs if run.run is not None and not run.single)
    again = [
        dataclasses.replace(
            first, name=f"again/seed_{seed}", run=Run(dataclasses.replace(first.run.settings, seed=seed))
        )
        for seed in (7, 8, 9)
    ]
    several = dataclasses.replace(study, runs=(*again, study.runs[-1]))
    found = sections.pictured_runs(several, comparison_tables(several.runs))
    assert [run.name for run in found] == ["again/seed_7", study.runs[-1].name]


def test_runs_and_searches_tell_how_they_were_made(study):
    details = {one["name"]: one for one in sections.detail_section(study)}
    assert details["shared"]["command"].startswith("python scripts/train.py --flagfile")
    assert details["shared"]["flags"]["data as read"] == "rooms 5f2c91" and details["shared"]["step"] == "2,000"
    assert details["search"]["flags"]["trade_off"] == "0.5" and details["search"]["step"] == "\u2013"


def test_a_search_tells_by_which_weights_its_losses_were_weighed(study):
    (search,) = study.searches
    (shown,) = sections.search_section(study)
    assert shown["weights"] == "balanced, semseg 3.25, depth 5.31, normals 3.6, edge 40"
    many = {f"task{number:02d}": 2.0 + number for number in range(13)}
    for weights, text in (({}, "balanced"), (many, "balanced, from task00 2 to task12 14")):
        (shown,) = sections.search_section(
            dataclasses.replace(study, searches=(dataclasses.replace(search, weights=weights),))
        )
        assert shown["weights"] == text
    unknown = dataclasses.replace(search, weighting="", weights={})
    assert sections.search_section(dataclasses.replace(study, searches=(unknown,)))[0]["weights"] == ""


def test_what_is_equal_in_all_is_told_once():
    flags = [{"seed": "0", "steps": "9"}, {"seed": "1", "steps": "9"}, {}, {"steps": "9"}]
    details = [{"flags": dict(one), "searched": one is flags[-1]} for one in flags]
    assert sections.common_flags(details) == {"steps": "9"}
    assert [one["flags"] for one in details] == [{"seed": "0"}, {"seed": "1"}, {}, {"steps": "9"}]
    assert sections.common_flags(details[:1]) == {} and details[0]["flags"] == {"seed": "0"}


def test_runs_of_several_seeds_are_named_once(study):
    runs = [dataclasses.replace(run, name=f"x/seed_{n}") for n, run in enumerate(study.runs[:1] * 2)]
    (tree, *_) = sections.tree_section(dataclasses.replace(study, runs=tuple(runs), searches=(), fronts=()))
    assert tree["names"] == ["x (2 seeds)"]
