"""Weights of losses that a run has measured: kept once, read from then on, and refused in words where they are gone."""

import json

import pytest
import tensorflow as tf
from tiny_runs import tiny_search

from bmt_tf.runs import Run
from bmt_tf.runs.measured_weights import kept_weights, weights_begun_with

STRATEGY = tf.distribute.get_strategy()
FOUND = {"depth": {"weight": 0.1, "batches": 3}, "semseg": {"weight": 1 / 3, "batches": 3}}


@pytest.fixture
def run(tmp_path):
    return Run(tiny_search(tmp_path / "run", weighting="balanced"))


def _refuse():
    raise AssertionError("They must not be measured.")


def test_they_are_measured_where_a_run_begins_and_read_to_the_bit_where_it_goes_on(run):
    begun = weights_begun_with(run, STRATEGY, lambda: FOUND, anew=True)
    assert list(begun.items()) == [("semseg", 1 / 3), ("depth", 0.1)]  # in the order of the run's tasks
    assert weights_begun_with(run, STRATEGY, _refuse, anew=False) == kept_weights(run) == begun
    other = {name: {"weight": 2.0} for name in FOUND}
    assert weights_begun_with(run, STRATEGY, lambda: other, anew=True) == {"semseg": 2.0, "depth": 2.0}


def test_a_run_whose_weights_are_gone_does_not_go_on(run):
    with pytest.raises(
        FileNotFoundError, match=r"weighting\.json must hold .* \(weighting='balanced'\); .* begin anew"
    ):
        weights_begun_with(run, STRATEGY, _refuse, anew=False)


@pytest.mark.parametrize("stored", [{"semseg": {"weight": 1.0}}, FOUND | {"depth": 2.0}])
def test_weights_that_are_not_those_of_its_tasks_are_refused(run, tmp_path, stored):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "weighting.json").write_text(json.dumps(stored))
    with pytest.raises(ValueError, match=r"must hold a `weight` for each of the tasks \('semseg', 'depth'\)"):
        kept_weights(run)
