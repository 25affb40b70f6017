"""A searched tree beside the affinity of its tasks."""

import dataclasses

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bmt_tf.report.papers.likeness_figure import draw_graph, draw_likeness, searched_trees, task_order


def test_a_tree_that_two_runs_have_is_drawn_once_and_only_if_it_is_of_a_search(pascal):
    (affinity,) = pascal.affinities.values()
    assert list(searched_trees(pascal, affinity)) == ["bmtas_2"]
    assert searched_trees(dataclasses.replace(pascal, runs=pascal.runs[1:2]), affinity) == {}


def test_tasks_stand_beside_those_they_stay_with(pascal):
    tree = pascal.runs[0].grouping
    turned = dataclasses.replace(tree, tasks=tree.tasks[::-1], partitions=tree.partitions)
    order = task_order(turned)
    for partition in tree.partitions:
        for part in partition:
            places = sorted(order.index(task) for task in part)
            assert places == list(range(places[0], places[0] + len(part)))


def test_each_part_of_the_last_block_has_a_frame_and_each_pair_its_affinity(pascal):
    (affinity,) = pascal.affinities.values()
    axes = Figure().add_subplot()
    draw_likeness(axes, affinity, pascal.runs[0].grouping)
    frames = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert sorted(frame.get_width() for frame in frames) == [1, 2, 2]
    assert axes.texts[1].get_text() == f"{affinity.affinity[-1, 0, 1]:.2f}"
    assert axes.get_title() == "affinity at block_6"


def test_a_graph_has_a_dot_per_part_and_a_line_into_it(pascal):
    tree = pascal.runs[0].grouping
    axes = Figure().add_subplot()
    draw_graph(axes, "found", tree)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    edges = [line for line in axes.lines if np.size(line.get_xdata()) == 2]
    assert len(dots) == sum(tree.branches) and len(edges) == sum(tree.branches) + len(tree.tasks)
    assert [text.get_text() for text in axes.texts] == list(tree.tasks)
    assert axes.get_title() == "found (1\u00d72 2\u00d72 3\u00d72)"
