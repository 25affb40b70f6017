"""What a search says: means over labelled batches, time left per phase, and a stop at numbers that are not finite."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.runs.search_progress import SearchProgress
from bmt_tf.training.branch_search.schedule import SearchSchedule

SCHEDULE = SearchSchedule(warm_up=2, alpha_pass=3, theta_pass=4, theta=8)


def _report(semseg=1.0, depth=2.0, labelled=True, **more):
    losses = {"semseg": tf.constant(semseg), "depth": tf.constant(depth)}
    return {"losses": losses, "labelled": {"semseg": tf.constant(True), "depth": tf.constant(labelled)}} | more


def _scalars(run_dir):
    found = {}
    for path in pathlib.Path(run_dir, "events").iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                if value.tensor.dtype == tf.float32.as_datatype_enum:
                    found[value.tag, event.step] = float(tf.make_ndarray(value.tensor))
    return found


def test_losses_are_means_over_batches_that_had_labels(tmp_path):
    with SearchProgress(str(tmp_path), SCHEDULE, log_every=2) as progress:
        progress.enter("warm_up")
        progress.add(1, _report(depth=3.0))
        progress.add(2, _report(depth=0.0, labelled=False))
        progress.enter("alpha")
        progress.add(3, _report(semseg=5.0, expected_cost=tf.constant(7.0, tf.float64)))
        progress.enter("theta")  # another phase: what is pending is looked at, though it is only one
        progress.show_routing(6, ("one",), np.full([1, 2, 2], 0.5), tree_cost=11.0)
    scalars = _scalars(tmp_path)
    assert scalars["warm_up/loss_depth", 2] == 3.0 and scalars["warm_up/loss_semseg", 2] == 1.0
    assert scalars["alpha/loss_semseg", 3] == 5.0 and scalars["alpha/expected_cost", 3] == 7.0
    assert scalars["search/tree_cost", 6] == 11.0


def test_number_that_is_not_finite_names_task_phase_and_step(tmp_path):
    with SearchProgress(str(tmp_path), SCHEDULE, log_every=2, shows=False) as progress:
        progress.enter("theta")
        progress.add(6, _report())
        with pytest.raises(FloatingPointError, match=r"loss of task 'depth' must .* nan at step 7 .* phase 'theta'"):
            progress.add(7, _report(depth=float("nan")))
        progress.enter("alpha")
        progress.add(3, _report(finite={"semseg": tf.constant(False), "depth": tf.constant(True)}))
        with pytest.raises(FloatingPointError, match=r"alpha of task 'semseg' must .* at step 3 .* phase 'alpha'"):
            progress.flush()


def test_time_is_kept_by_phase_and_the_first_look_at_each_is_tracing(tmp_path, monkeypatch):
    before = {
        "seconds": {"warm_up": 1000.0, "alpha": 10.0, "theta": 0.0},
        "seconds_per_step": {"warm_up": 9.0, "alpha": 8.0, "theta": None},
    }
    clock = iter([0.0, 0.0, 50.0, 60.0, 160.0, 168.0])
    monkeypatch.setattr("bmt_tf.runs.search_progress.time.perf_counter", lambda: next(clock))
    with SearchProgress(str(tmp_path), SCHEDULE, log_every=2, shows=False, before=before) as progress:
        progress.resume(2)
        for phase, steps in (("alpha", (3, 4, 5, 6)), ("theta", (7, 8, 9, 10))):
            progress.enter(phase)
            for step in steps:
                progress.add(step, _report())
        timing = progress.timing
    assert timing["seconds"] == {"warm_up": 1000.0, "alpha": 70.0, "theta": 108.0}
    assert timing["seconds_per_step"] == {"warm_up": 9.0, "alpha": 5.0, "theta": 4.0}
    assert "alpha=00:10 theta=00:16" in progress._postfix({})  # two alpha and four weight updates are left
