"""The gain over references; which runs are refused as such is tested through `evaluate`."""

import pytest

from bmt_tf.runs.references import gain


def row(value, lower_is_better=False):
    return {"value": value, "lower_is_better": lower_is_better}


def test_the_gain_is_that_of_each_task_and_their_mean():
    ours = {"semseg": row(0.55), "depth": row(0.9, True)}
    single = {"semseg": ("a", row(0.5)), "depth": ("b", row(1.0, True))}
    found = gain(ours, single)
    assert found["per_task"] == pytest.approx({"semseg": 10, "depth": 10})
    assert found["value"] == pytest.approx(10)
    assert found["references"] == {"semseg": "a", "depth": "b"}


def test_there_is_none_where_a_task_has_no_score():
    assert gain({"semseg": row(None)}, {"semseg": ("a", row(0.5))}) is None
