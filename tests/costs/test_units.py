"""Units of cost: known once, by name."""

import math

import pytest

from bmt_tf.costs import UNITS, counted_units, get_unit


def test_units_of_lambda():
    assert {name: unit.lambda_scale for name, unit in UNITS.items()} == {
        "parameters": 1e6,
        "multiply_adds": 1e9,
        "paper_multiply_adds": 1e9,
        "milliseconds": 1,
    }


def test_costs_are_counted_but_for_the_time_which_is_measured():
    assert counted_units() == ("parameters", "multiply_adds", "paper_multiply_adds")
    assert set(UNITS) - set(counted_units()) == {"milliseconds"}


def test_each_symbol_stands_for_its_divisor():
    assert {unit.symbol: unit.divisor for unit in UNITS.values()} == {"M": 1e6, "G": 1e9, "ms": 1}
    assert len({unit.heading for unit in UNITS.values()}) == len(UNITS)
    assert all(math.isfinite(unit.divisor) for unit in UNITS.values())


def test_a_unit_that_nobody_knows_is_refused_with_those_there_are():
    assert get_unit("parameters") is UNITS["parameters"]
    with pytest.raises(ValueError, match=r"`unit` must be one of \('parameters', .* Received: unit='furlongs'"):
        get_unit("furlongs")
