"""Units: their names, and the variables that learn faster."""

import keras
import numpy as np
import pytest

from bmt_tf.models import unit_variables
from bmt_tf.models.soft_sharing.units import unit_name


@pytest.mark.parametrize(("method", "count"), [("cross_stitch", 3), ("nddr", 3 * 2 * 3), ("mtan", 0)])
def test_unit_variables_are_those_of_units_and_their_norms(network_of, method, count):
    variables = unit_variables(network_of(method))
    assert len(variables) == count
    assert {variable.name for variable in variables} <= {"weight_matrix", "kernel", "gamma", "beta"}


def test_parts_of_a_network_that_merely_bear_such_a_name_are_none():
    block = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="unit_of_another_kind")
    network = keras.Sequential([block])
    network(np.zeros((1, 3), "float32"))
    assert unit_variables(network) == []


def test_names_say_the_place_and_the_task():
    assert unit_name("stem") == "unit_stem" and unit_name("stem", "depth") == "unit_stem_depth"
