"""Losses that are not finite stop the run and are named."""

import time

import pytest
import tensorflow as tf

from bmt_tf.runs.progress import Progress


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_bad_loss_names_task_step_and_phase(tmp_path, bad):
    with Progress(str(tmp_path), 0, 10, log_every=4, phase="theta") as progress:
        progress.add(1, {"semseg": tf.constant(1.0), "depth": tf.constant(1.0)})
        progress.add(2, {"semseg": tf.constant(1.0), "depth": tf.constant(bad)})
        with pytest.raises(FloatingPointError, match=r"'depth'.*step 2 of phase 'theta'"):
            progress.flush()


def _events(run_dir):
    """Returns tag -> list of (step, value)."""
    [file] = (run_dir / "events").iterdir()
    values = {}
    for record in tf.data.TFRecordDataset(str(file)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            values.setdefault(value.tag, []).append((event.step, pytest.approx(float(tf.make_ndarray(value.tensor)))))
    return values


def test_events_hold_the_mean_losses_and_the_learning_rate(tmp_path):
    with Progress(str(tmp_path), 0, 4, log_every=2) as progress:
        for step in range(1, 5):
            progress.add(step, {"depth": tf.constant(float(step))}, tf.constant(0.1 / step))
    assert _events(tmp_path) == {
        "train/loss_depth": [(2, 1.5), (4, 3.5)],
        "train/learning_rate": [(2, 0.05), (4, 0.025)],
    }


def test_time_per_step_is_the_median_without_the_first_look(tmp_path, monkeypatch):
    clock = iter([0.0, 100.0, 104.0, 110.0, 112.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    with Progress(str(tmp_path), 10, 18, log_every=2, shows=False) as progress:
        for step in range(11, 19):
            assert progress.seconds_per_step is None or step > 14
            progress.add(step, {"depth": tf.constant(1.0)})
    assert progress.seconds_per_step == 2.0  # of 2, 3 and 1


def test_bar_shows_the_losses(tmp_path, capsys):
    with Progress(str(tmp_path / "tree"), 0, 2, log_every=1) as progress:
        progress.add(1, {"depth": tf.constant(0.125)})
    shown = capsys.readouterr().err
    assert "tree" in shown and "depth=0.125" in shown
