"""Learning rates at pinned steps."""

import pytest
import tensorflow as tf

from bmt_tf.runs.config import TrainConfig
from bmt_tf.training.schedules import make_schedule


@pytest.mark.parametrize(
    ("schedule", "step", "expected"),
    [
        ("poly", 0, 0.5),
        ("poly", 50, 0.5 * 0.5**0.9),
        ("poly", 100, 0.0),
        ("step", 29, 0.5),
        ("step", 30, 0.05),
        ("step", 99, 0.0005),
        ("constant", 99, 0.5),
    ],
)
def test_rate_at_a_step(schedule, step, expected):
    config = TrainConfig(
        run_dir="run",
        data="scenes",
        tasks=("depth",),
        image_size=(32, 32),
        steps=100,
        schedule=schedule,
        drop_every=30,
        learning_rate=0.5,
    )
    assert float(make_schedule(config)(tf.constant(step, tf.int64))) == pytest.approx(expected, rel=1e-6, abs=1e-9)
