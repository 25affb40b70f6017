"""Searches beside fronts and affinities."""

import numpy as np
import pytest

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.report.searches import joined_affinity, read_search, search_of_front
from bmt_tf.report.study import read_study

TASKS, BLOCKS = ("a", "b", "c"), ("one", "two")


@pytest.fixture(scope="module")
def search(searched_dir):
    (found,) = read_study(searched_dir).searches
    return found


def test_the_tree_is_that_of_the_history_where_none_is_stored(search, searched_dir, tmp_path):
    (tmp_path / "alpha.npz").write_bytes((searched_dir / "search" / "alpha.npz").read_bytes())
    bare = read_search(tmp_path, "bare")
    assert bare.tree.partitions == search.tree.partitions and bare.tree.made_by == {"method": "bmtas"}
    assert np.isnan(bare.cost) and bare.unit == "" and bare.config == {}


def test_a_front_finds_its_search_wherever_the_study_lies(search):
    assert search_of_front("elsewhere/search", "multiply_adds", [search]) is search
    assert search_of_front("renamed", "multiply_adds", [search]) is search
    assert search_of_front("", "multiply_adds", [search]) is None
    assert search_of_front("elsewhere/search", "parameters", [search]) is None
    assert search_of_front("renamed", "multiply_adds", [search, search]) is None


def test_the_surprise_falls_as_the_routing_grows_sharp(search):
    assert 0 < search.surprise < 18 * np.log(4)


def test_affinity_is_averaged_over_the_pairs_that_are_together():
    affinity = np.array([[[1, 0.9, 0.6], [0.9, 1, 0.3], [0.6, 0.3, 1]]] * 2)
    result = AffinityResult(affinity, TASKS, BLOCKS, ("i", "j"), np.zeros((0, 2, 3, 3)))
    for second, mean in (([["a", "b"], ["c"]], 0.9), ([["a"], ["b"], ["c"]], np.nan)):
        tree = Grouping(TASKS, BLOCKS, [[TASKS], second])
        np.testing.assert_allclose(joined_affinity(result, tree), [0.6, mean])
    other_order = Grouping(("c", "a"), BLOCKS, [[["a", "c"]], [["a", "c"]]])
    np.testing.assert_allclose(joined_affinity(result, other_order), [0.6, 0.6])
