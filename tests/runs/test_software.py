"""The software that a run was made with."""

import numpy as np

from bmt_tf import __version__
from bmt_tf.runs.software import versions


def test_versions_are_those_of_what_is_imported():
    found = versions()
    assert (found["bmt_tf"], found["numpy"]) == (__version__, np.__version__)
    assert {"python", "tensorflow", "keras"} <= found.keys()
