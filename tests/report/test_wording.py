"""Numbers, costs and settings as a reader wants them."""

import pytest

from bmt_tf.report import wording


@pytest.mark.parametrize(
    ("values", "places"),
    [([0.262, 0.1], 3), ([31.6], 1), ([0.00012], 4), ([1234.5, 2.0], 0), ([-3.0, 2.0], 2), ([0.0], 2)],
)
def test_three_digits_of_the_largest_number_are_shown(values, places):
    assert wording.decimals(values) == places


def test_costs_are_shown_in_the_multiple_of_their_unit():
    assert wording.cost_text(1.98e8, "multiply_adds") == "0.198 G"
    assert wording.cost_text(5.5, "milliseconds") == "5.5 ms"
    assert wording.axis_label("parameters") == "parameters (M)"


def test_a_unit_of_ones_own_is_shown_as_it_is():
    assert wording.cost_text(1500.0, "joules") == "1500"
    assert wording.axis_label("joules") == "joules"
    assert wording.axis_label("") == "cost"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("image_size", (96, 128), "96 \u00d7 128"),
        ("scales", (0.5, 2.0), "0.5, 2.0"),
        ("scales", (1, 2, 3), "1, 2, 3"),
        ("steps", 4000, "4,000"),
        ("flip", True, "True"),
        ("optimizer", "sgd", "sgd"),
        ("heads", {"semseg": "psp", "depth": "deeplab"}, "semseg psp, depth deeplab"),
    ],
)
def test_settings_are_written_out_and_only_a_size_with_a_times_sign(name, value, text):
    assert wording.setting_text(name, value) == text
