"""Tasks are made without TensorFlow."""

import subprocess
import sys

from bmt_tf.tasks.lazy_tensorflow import tf

SCRIPT = """
import sys
import bmt_tf.tasks as tasks
for name in tasks.task_names():
    task = tasks.get_task(name, weight=3.0)
    tasks.empty_label(task, 4, 4)
tasks.delta_m({"depth": 1.0}, {"depth": 2.0}, {"depth": True})
sys.exit("tensorflow" in sys.modules or "keras" in sys.modules)
"""


def test_tasks_are_made_without_tensorflow():
    assert subprocess.run([sys.executable, "-c", SCRIPT], check=False).returncode == 0


def test_it_is_tensorflow():
    import tensorflow

    assert tf.reduce_sum is tensorflow.reduce_sum
