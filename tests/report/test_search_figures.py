"""The figures of a search hold every block, task and tree."""

import xml.etree.ElementTree as ET

import pytest

from bmt_tf.report import search_figures
from bmt_tf.report.study import read_study


@pytest.fixture(scope="module")
def study(searched_dir):
    return read_study(searched_dir)


def words(picture):
    return {element.text for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")}


def test_probabilities_over_time_name_blocks_and_tasks(study):
    (search,) = study.searches
    shown = words(search_figures.routing_over_time(search))
    assert {*search.history.blocks, *search.history.tasks, "600"} <= shown


def test_the_map_names_blocks_and_tasks(study):
    (search,) = study.searches
    shown = words(search_figures.routing_map(search))
    assert {*search.history.blocks, *search.history.tasks, "probability"} <= shown


def test_trees_beside_affinities_are_named(study):
    trees = {"one": study.searches[0].tree, "two": study.fronts[0].chosen}
    shown = words(search_figures.affinity_of_trees(study.affinities["affinity"], trees))
    assert {"one", "two", "all pairs", "block_01", "aspp"} <= shown
