"""The figures of affinities name every block, pair and tree, and sum up where there are many."""

import numpy as np

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.report import figures
from bmt_tf.report.figures.affinity import joined_affinity
from bmt_tf.report.figures.style import MOST_MAPS

TASKS, BLOCKS = ("a", "b", "c"), ("one", "two")


def made_up(tasks, blocks):
    values = np.tile(np.eye(tasks) * 0.5 + 0.5, (blocks, 1, 1))
    names = [tuple(f"{letter}{n}" for n in range(count)) for letter, count in (("t", tasks), ("b", blocks))]
    return AffinityResult(values, *names, ("i", "j"), np.zeros((0, blocks, tasks, tasks)))


def test_affinity_by_depth_names_every_block_and_pair(study, words):
    shown = words(figures.affinity_by_depth(study.affinities["affinity"]))
    assert {"block_01", "aspp", "semseg \u2013 depth", "normals \u2013 edge"} <= set(shown)


def test_many_tasks_are_summed_up(words):
    shown = words(figures.affinity_by_depth(made_up(tasks=8, blocks=3)))
    assert "median pair" in shown and not any(word and word.startswith("t0 ") for word in shown)


def test_affinity_maps_show_every_block_and_value(study, words):
    shown = words(figures.affinity_maps(study.affinities["affinity"]))
    assert shown.count("1.00") >= 4 * 18
    assert {"block_01", "block_17", "aspp"} <= set(shown)


def test_affinity_maps_of_a_deep_encoder_end_with_its_last_block(words):
    shown = words(figures.affinity_maps(made_up(tasks=2, blocks=60)))
    assert "b0" in shown and "b59" in shown
    assert sum(bool(word) and word.startswith("b") for word in shown) == MOST_MAPS


def test_trees_beside_affinities_are_named(searched, words):
    trees = {"one": searched.searches[0].tree, "two": searched.fronts[0].chosen}
    shown = set(words(figures.affinity_of_trees(searched.affinities["affinity"], trees)))
    assert {"one", "two", "all pairs", "block_01", "aspp"} <= shown


def test_affinity_is_averaged_over_the_pairs_that_are_together():
    affinity = np.array([[[1, 0.9, 0.6], [0.9, 1, 0.3], [0.6, 0.3, 1]]] * 2)
    result = AffinityResult(affinity, TASKS, BLOCKS, ("i", "j"), np.zeros((0, 2, 3, 3)))
    for second, mean in (([["a", "b"], ["c"]], 0.9), ([["a"], ["b"], ["c"]], np.nan)):
        tree = Grouping(TASKS, BLOCKS, [[TASKS], second])
        np.testing.assert_allclose(joined_affinity(result, tree), [0.6, mean])
    other_order = Grouping(("c", "a"), BLOCKS, [[["a", "c"]], [["a", "c"]]])
    np.testing.assert_allclose(joined_affinity(result, other_order), [0.6, 0.6])
