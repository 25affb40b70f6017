"""All trees by cost, and the paths of choices among them."""

import dataclasses

import pytest
from matplotlib.figure import Figure

from bmt_tf.report.papers.printed import paper_table
from bmt_tf.report.papers.trees_figure import draw_paths, draw_tree_costs, paths_of


def _lines(axes):
    return {line.get_label(): line for line in axes.lines}


def test_a_study_has_the_paths_of_both_methods_by_one_affinity(cityscapes):
    (paths,) = paths_of(cityscapes)
    assert paths.name == "affinity" and list(paths.fronts) == ["bmn", "fafs"]
    assert paths.costs == paper_table("bmn.1").costs


def test_the_choices_for_all_budgets_are_marked(cityscapes):
    (first, fafs) = cityscapes.fronts
    points = [dataclasses.replace(point, chosen=number == 1) for number, point in enumerate(first.points)]
    other = dataclasses.replace(first, name="trees/bmn_77", points=tuple(points))
    (paths,) = paths_of(dataclasses.replace(cityscapes, fronts=(first, other, fafs)))
    assert [point.chosen for point in paths.fronts["bmn"].points].count(True) == 2
    assert paths.fronts["fafs"] == fafs


def test_choices_whose_costs_are_not_stored_have_no_path(cityscapes):
    bare = tuple(dataclasses.replace(front, costs=None) for front in cityscapes.fronts)
    assert paths_of(dataclasses.replace(cityscapes, fronts=bare)) == []


def test_an_affinity_and_the_mean_of_several_are_one_picture(cityscapes):
    (affinity,) = cityscapes.affinities.values()
    several = {"affinity": affinity, "affinity/seed_0": affinity}
    assert [one.name for one in paths_of(dataclasses.replace(cityscapes, affinities=several))] == ["affinity"]


def test_no_tree_lies_below_the_path_of_bmn_and_fafs_is_scored_by_the_same_affinity(cityscapes):
    (paths,) = paths_of(cityscapes)
    axes = Figure().add_subplot()
    draw_paths(axes, paths)
    lines = _lines(axes)
    trees, bmn, fafs = lines["all 35 trees"], lines["path of bmn"], lines["path of fafs"]
    path = sorted(zip(bmn.get_xdata(), bmn.get_ydata(), strict=True))
    for other in (trees, fafs):
        for cost, score in zip(other.get_xdata(), other.get_ydata(), strict=True):
            best = min(found for at, found in path if at <= cost + 1e-9)
            assert score >= best - 1e-9
    assert fafs.get_ydata()[0] == pytest.approx(bmn.get_ydata()[0])  # both begin with everything shared


def test_of_forty_tasks_the_paths_are_drawn_alone(cityscapes):
    (paths,) = paths_of(cityscapes)
    many = {f"task_{number}": 1.0 for number in range(9)}
    affinity = dataclasses.replace(paths.affinity, tasks=tuple(many), **_wide(paths.affinity, 9))
    costs = dataclasses.replace(paths.costs, heads=many)
    axes = Figure().add_subplot()
    draw_paths(axes, dataclasses.replace(paths, affinity=affinity, costs=costs, fronts={"bmn": paths.fronts["bmn"]}))
    assert "path of bmn" in _lines(axes) and not any(label.startswith("all ") for label in _lines(axes))


def _wide(affinity, count):
    values = affinity.affinity[:, :1, :1].repeat(count, 1).repeat(count, 2)
    return {"affinity": values, "replicates": values[None][:0]}


def test_what_trees_cost_is_written_with_their_numbers_of_parts():
    axes = Figure().add_subplot()
    draw_tree_costs(axes, paper_table("bmn.1").costs, shared=1)
    texts = [text.get_text() for text in axes.texts]
    assert len(texts) == 10 and texts[0] == "1 1 1 1: 1 tree" and "1 1 2 2: 3 trees" in texts
    assert axes.get_ylabel() == "all 22 trees"
