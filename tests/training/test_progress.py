"""Losses that are not finite stop the run and are named."""

import pytest
import tensorflow as tf

from bmt_tf.training.progress import Progress


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_bad_loss_names_task_step_and_phase(tmp_path, bad):
    with Progress(str(tmp_path), 0, 10, log_every=4, phase="theta") as progress:
        progress.add(1, {"semseg": tf.constant(1.0), "depth": tf.constant(1.0)})
        progress.add(2, {"semseg": tf.constant(1.0), "depth": tf.constant(bad)})
        with pytest.raises(FloatingPointError, match=r"'depth'.*step 2 of phase 'theta'"):
            progress.flush()


def test_events_hold_the_mean_losses(tmp_path):
    with Progress(str(tmp_path), 0, 4, log_every=2) as progress:
        for step in range(1, 5):
            progress.add(step, {"depth": tf.constant(float(step))})
    [file] = (tmp_path / "events").iterdir()
    values = {}
    for record in tf.data.TFRecordDataset(str(file)):
        for value in tf.compat.v1.Event.FromString(record.numpy()).summary.value:
            values.setdefault(value.tag, []).append(float(tf.make_ndarray(value.tensor)))
    assert values == {"train/loss_depth": [1.5, 3.5]}
