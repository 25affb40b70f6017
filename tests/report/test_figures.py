"""The figures hold what they are to show, and equal input gives equal files."""

import dataclasses
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from bmt_tf.affinity import AffinityResult
from bmt_tf.report import comparison, figures
from bmt_tf.report.study import Front, FrontPoint, read_study


@pytest.fixture(scope="module")
def study(study_dir):
    return read_study(study_dir)


def words(picture):
    """The texts of an SVG picture."""
    return [element.text for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def made_up(tasks, blocks):
    values = np.tile(np.eye(tasks) * 0.5 + 0.5, (blocks, 1, 1))
    names = [tuple(f"{letter}{n}" for n in range(count)) for letter, count in (("t", tasks), ("b", blocks))]
    return AffinityResult(values, *names, ("i", "j"), np.zeros((0, blocks, tasks, tasks)))


def test_affinity_by_depth_names_every_block_and_pair(study):
    shown = words(figures.affinity_by_depth(study.affinities["affinity"]))
    assert {"block_01", "aspp", "semseg \u2013 depth", "normals \u2013 edge"} <= set(shown)


def test_many_tasks_are_summed_up():
    shown = words(figures.affinity_by_depth(made_up(tasks=8, blocks=3)))
    assert "median pair" in shown and not any(word and word.startswith("t0 ") for word in shown)


def test_affinity_maps_show_every_block_and_value(study):
    shown = words(figures.affinity_maps(study.affinities["affinity"]))
    assert shown.count("1.00") >= 4 * 18
    assert {"block_01", "block_17", "aspp"} <= set(shown)


def test_affinity_maps_of_a_deep_encoder_end_with_its_last_block():
    shown = words(figures.affinity_maps(made_up(tasks=2, blocks=60)))
    assert "b0" in shown and "b59" in shown
    assert sum(bool(word) and word.startswith("b") for word in shown) == figures.MOST_MAPS


def test_the_front_marks_the_choice_and_states_the_unit(study):
    shown = words(figures.front_picture(study.fronts[0]))
    assert "multiply-adds (G)" in shown and "chosen" in shown
    assert "most likely routing" not in shown
    assert "most likely routing" in words(figures.front_picture(study.fronts[0], (2e8, 3.0)))
    plain = Front("mine", tuple(FrontPoint(n, -n, False, "1") for n in range(3)))
    assert "chosen" not in words(figures.front_picture(plain))


def test_every_network_is_labelled_in_gain_against_cost(study):
    (table,) = comparison.comparison_tables(study.runs)
    shown = words(figures.gain_against_cost(table, ["multiply-adds", "latency"]))
    for entry in table.entries:
        assert shown.count(entry.name) >= 2
    assert "latency (ms)" in shown


def test_no_gain_no_picture(study):
    (table,) = comparison.comparison_tables(study.runs)
    bare = dataclasses.replace(table, entries=table.entries[:1])
    assert figures.gain_against_cost(bare, ["latency"]) == ""


def test_equal_input_gives_equal_files(study):
    assert figures.front_picture(study.fronts[0]) == figures.front_picture(study.fronts[0])


def test_labels_of_crowded_points_hide_no_other_label():
    figure = figures.Figure(figsize=(5, 4))
    axes = figure.add_subplot()
    points = [(1 + 0.01 * n, 1 + 0.01 * n, f"network_{n}") for n in range(4)]
    axes.plot([0, 2], [0, 2])
    figures._label(figure, axes, points)
    renderer = figures.FigureCanvasAgg(figure).get_renderer()
    boxes = [figures._box(text, renderer) for text in axes.texts]
    assert not any(figures._overlap(a, b) for n, a in enumerate(boxes) for b in boxes[:n])
