"""Searches beside fronts."""

import numpy as np
import pytest

from bmt_tf.report import read_study
from bmt_tf.report.searches import search_of_front


@pytest.fixture(scope="module")
def search(searched_dir):
    (found,) = read_study(searched_dir).searches
    return found


def test_a_front_finds_its_search_wherever_the_study_lies(search):
    assert search_of_front("elsewhere/search", "multiply_adds", [search]) is search
    assert search_of_front("renamed", "multiply_adds", [search]) is search
    assert search_of_front("", "multiply_adds", [search]) is None
    assert search_of_front("elsewhere/search", "parameters", [search]) is None
    assert search_of_front("renamed", "multiply_adds", [search, search]) is None


def test_the_surprise_falls_as_the_routing_grows_sharp(search):
    assert 0 < search.surprise < 18 * np.log(4)
