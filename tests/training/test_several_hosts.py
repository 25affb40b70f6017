"""Several hosts, tried as two processes on this one: same weights as one process, and only the chief keeps results."""

import dataclasses
import json
import os
import pathlib
import socket
import subprocess
import sys

import numpy as np

from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import saved_steps

SECONDS = 200
TESTS = str(pathlib.Path(__file__).parents[1])
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import toys
from bmt_tf.runs import TrainConfig
from bmt_tf.training import train
for config in sys.argv[2:]:
    train(TrainConfig.from_json(json.loads(config)))
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
    """Trains runs one after another on two workers; returns their exit codes."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in _free_ports(2)]}
    processes = []
    try:
        for index in range(2):
            place = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
            arguments = [TESTS, *(json.dumps(config.to_json()) for config in configs)]
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-c", PROGRAM, *arguments],
                    env=os.environ | {"TF_CONFIG": place},
                    stdout=subprocess.DEVNULL,
                    stderr=open(log / f"worker{index}.txt", "w"),
                )
            )
        return [process.wait(timeout=SECONDS) for process in processes]
    finally:
        for process in processes:
            process.kill()


def test_two_hosts_train_and_resume_to_the_weights_of_one(trained, copied, tmp_path):
    fresh = dataclasses.replace(trained, run_dir=str(tmp_path / "fresh"), replicas=0)
    resumed = dataclasses.replace(fresh, run_dir=str(copied(trained.run_dir, "resumed")))
    for file in (tmp_path / "resumed" / "checkpoints").glob("ckpt-3.*"):
        file.unlink()
    codes = _on_two_hosts([fresh, resumed], tmp_path)
    logs = [(tmp_path / f"worker{index}.txt").read_text()[-3000:] for index in range(2)]
    assert codes == [0, 0], "\n".join(logs)
    expected = Run.load(trained.run_dir).trained().network.variables
    for run_dir in (fresh.run_dir, resumed.run_dir):
        assert saved_steps(os.path.join(run_dir, "checkpoints")) == [2, 3]
        for ours, theirs in zip(Run.load(run_dir).trained().network.variables, expected, strict=True):
            np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-3, atol=1e-4)
    kept = ["checkpoints", "config.json", "events", "grouping.json", "training.json"]
    assert sorted(os.listdir(fresh.run_dir)) == kept
    assert len(os.listdir(tmp_path / "fresh" / "events")) == 1
    assert "100%" in logs[0]
    assert "%|" not in logs[1]
