"""The made-up study, read, and the texts of a picture."""

import xml.etree.ElementTree as ET

import pytest

from bmt_tf.report import read_study


@pytest.fixture(scope="session")
def study(study_dir):
    """The made-up study."""
    return read_study(study_dir)


@pytest.fixture(scope="session")
def searched(searched_dir):
    """The made-up study with a search."""
    return read_study(searched_dir)


@pytest.fixture(scope="session")
def words():
    """Returns the texts of an SVG picture."""
    return lambda picture: [element.text for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
