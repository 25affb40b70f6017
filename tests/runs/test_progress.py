"""What a run says: means over labelled batches, time left per phase, and a stop at numbers that are not finite."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.runs.progress import Progress

PHASES = {"warm_up": 2, "alpha": 6, "theta": 8}


def one_phase(done):
    return {"train": 10 - done}


def in_order(done):
    """Steps left, where one phase follows the other."""
    left, passed = {}, 0
    for phase, steps in PHASES.items():
        left[phase] = steps - min(max(done - passed, 0), steps)
        passed += steps
    return left


def _progress(run_dir, left=in_order, **options):
    return Progress(run_dir.name, str(run_dir / "events"), left, **({"log_every": 2} | options))


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


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_bad_loss_names_task_step_and_phase(tmp_path, bad):
    with _progress(tmp_path, one_phase, log_every=4) as progress:
        progress.add(1, {"losses": {"semseg": tf.constant(1.0), "depth": tf.constant(1.0)}})
        progress.add(2, {"losses": {"semseg": tf.constant(1.0), "depth": tf.constant(bad)}})
        with pytest.raises(FloatingPointError, match=r"'depth'.*step 2 in phase 'train'"):
            progress.flush()


def test_a_gradient_that_is_not_finite_names_task_and_step(tmp_path):
    with _progress(tmp_path, one_phase, log_every=4) as progress:
        for step in (1, 2):
            finite = {"semseg": tf.constant(True), "depth": tf.constant(step == 1)}
            progress.add(step, _report(finite_gradient=finite))
        with pytest.raises(FloatingPointError, match=r"The gradient of task 'depth'.*step 2 in phase 'train'"):
            progress.flush()


def test_events_hold_the_mean_losses_and_the_learning_rate(tmp_path):
    with _progress(tmp_path, one_phase) as progress:
        for step in range(1, 5):
            progress.add(
                step, {"losses": {"depth": tf.constant(float(step))}, "learning_rate": tf.constant(0.1 / step)}
            )
    assert _scalars(tmp_path) == {
        ("train/loss_depth", 2): 1.5,
        ("train/loss_depth", 4): 3.5,
        ("train/learning_rate", 2): pytest.approx(0.05),
        ("train/learning_rate", 4): pytest.approx(0.025),
    }


def test_losses_are_means_over_batches_that_had_labels(tmp_path):
    with _progress(tmp_path) as progress:
        progress.enter("warm_up")
        progress.add(1, _report(depth=3.0))
        progress.add(2, _report(depth=0.0, labelled=False))
        progress.enter("alpha")
        progress.add(3, _report(semseg=5.0, expected_cost=tf.constant(7.0, tf.float64)))
        progress.enter("theta")  # another phase: what is pending is looked at, though it is only one
        progress.show(6, {"search/tree_cost": 11.0}, {"routing/one": np.full([2, 2], 0.5)})
    scalars = _scalars(tmp_path)
    assert scalars["warm_up/loss_depth", 2] == 3.0 and scalars["warm_up/loss_semseg", 2] == 1.0
    assert scalars["alpha/loss_semseg", 3] == 5.0 and scalars["alpha/expected_cost", 3] == 7.0
    assert scalars["search/tree_cost", 6] == 11.0


def test_number_that_is_not_finite_names_task_phase_and_step(tmp_path):
    with _progress(tmp_path, shows=False) as progress:
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
    monkeypatch.setattr("bmt_tf.runs.progress.time.perf_counter", lambda: next(clock))
    with _progress(tmp_path, shows=False, before=before) as progress:
        progress.resume(2)
        for phase, steps in (("alpha", (3, 4, 5, 6)), ("theta", (7, 8, 9, 10))):
            progress.enter(phase)
            for step in steps:
                progress.add(step, _report())
        timing = progress.timing
    assert timing["seconds"] == {"warm_up": 1000.0, "alpha": 70.0, "theta": 108.0}
    assert timing["seconds_per_step"] == {"warm_up": 9.0, "alpha": 5.0, "theta": 4.0}
    assert progress._postfix({}) == "theta , left: theta=00:24"  # six steps of theta are left


def test_time_per_step_is_the_median_without_the_first_look(tmp_path, monkeypatch):
    clock = iter([0.0, 0.0, 100.0, 104.0, 110.0, 112.0])
    monkeypatch.setattr("bmt_tf.runs.progress.time.perf_counter", lambda: next(clock))
    with _progress(tmp_path, one_phase, shows=False) as progress:
        progress.resume(0)
        for step in range(1, 9):
            assert progress.timing["seconds_per_step"]["train"] is None or step > 4
            progress.add(step, {"losses": {"depth": tf.constant(1.0)}})
    assert progress.timing["seconds_per_step"]["train"] == 2.0  # of 2, 3 and 1


def test_bar_shows_the_losses(tmp_path, capsys):
    with _progress(tmp_path / "tree", one_phase, log_every=1) as progress:
        progress.add(1, {"losses": {"depth": tf.constant(0.125)}})
    shown = capsys.readouterr().err
    assert "tree" in shown and "depth=0.125" in shown
