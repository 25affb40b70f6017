"""Several hosts, tried as two processes on this one: same weights as one process, and only the chief keeps results."""

import dataclasses
import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest

from bmt_tf.training.checkpoints import saved_steps
from bmt_tf.training.run_network import load_network

SECONDS = 200
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import small_encoder
from bmt_tf.training import TrainConfig, train
train(TrainConfig.from_json(json.loads(sys.argv[2])))
"""


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _on_two_hosts(configs, log):
    """Runs one process per settings, as two workers; returns their exit codes."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in _free_ports(2)]}
    processes = []
    try:
        for index, config in enumerate(configs):
            place = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
            arguments = [os.path.dirname(__file__), json.dumps(config.to_json())]
            processes.append(subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *arguments], env=os.environ | {"TF_CONFIG": place},
                stdout=subprocess.DEVNULL, stderr=open(log / f"worker{index}.txt", "w"),
            ))
        return [process.wait(timeout=SECONDS) for process in processes]
    finally:
        for process in processes:
            process.kill()


def test_two_hosts_train_and_resume_to_the_weights_of_one(trained, tmp_path):
    config = dataclasses.replace(trained, run_dir=str(tmp_path / "hosts"), replicas=0)
    codes = _on_two_hosts([config, config], tmp_path)
    logs = [(tmp_path / f"worker{index}.txt").read_text()[-3000:] for index in range(2)]
    assert codes == [0, 0], "\n".join(logs)
    for ours, theirs in zip(*(load_network(run)[0].variables for run in (config.run_dir, trained.run_dir)), strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-3, atol=1e-4)
    assert sorted(os.listdir(config.run_dir)) == [
        "checkpoints", "config.json", "events", "grouping.json", "training.json"
    ]
    assert saved_steps(os.path.join(config.run_dir, "checkpoints")) == [2, 3]
    assert len(os.listdir(os.path.join(config.run_dir, "events"))) == 1
    assert "100%" in logs[0]
    assert "%|" not in logs[1]


@pytest.mark.parametrize(
    ("task_type", "index", "jobs", "expected"),
    [("worker", 0, ("worker",), True), ("worker", 1, ("worker",), False), ("chief", 0, ("chief", "worker"), True),
     ("worker", 0, ("chief", "worker"), False)],
)
def test_chief_is_the_chief_or_else_the_first_worker(task_type, index, jobs, expected):
    import types

    import tensorflow as tf

    from bmt_tf.training.strategy import is_chief

    spec = tf.train.ClusterSpec({job: ["127.0.0.1:1", "127.0.0.1:2"] for job in jobs})
    resolver = types.SimpleNamespace(task_type=task_type, task_id=index, cluster_spec=lambda: spec)
    assert is_chief(types.SimpleNamespace(cluster_resolver=resolver)) == expected
