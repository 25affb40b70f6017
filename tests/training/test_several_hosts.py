"""Several hosts, tried as two processes on this one: same weights as one process, and only the chief keeps results."""

import dataclasses
import json
import os
import pathlib
import socket
import subprocess
import sys

import numpy as np
from tiny_runs import tiny_search

from bmt_tf._files import read_json
from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import saved_steps
from bmt_tf.search import AlphaHistory
from bmt_tf.training import search

SECONDS = 400
TESTS = str(pathlib.Path(__file__).parents[1])
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import toys
from bmt_tf.runs import SearchConfig, TrainConfig
from bmt_tf.training import search, train
for config in map(json.loads, sys.argv[2:]):
    if "trade_off" in config:
        search(SearchConfig.from_json(config))
    else:
        train(TrainConfig.from_json(config))
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
    """Trains or searches runs one after another on two workers; returns their exit codes."""
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
    assert "fresh: 3/3 step" in logs[0] and "step," not in logs[1]


def test_two_hosts_search_the_tree_of_one_and_only_the_chief_writes(tmp_path):
    config = tiny_search(tmp_path / "one", steps=2, replicas=1, folded=2)
    search(config)
    pair = dataclasses.replace(config, run_dir=str(tmp_path / "pair"), replicas=0)
    codes = _on_two_hosts([pair], tmp_path)
    logs = [(tmp_path / f"worker{index}.txt").read_text()[-3000:] for index in range(2)]
    assert codes == [0, 0], "\n".join(logs)
    expected = AlphaHistory.load(tmp_path / "one" / "alpha.npz")
    for name in ("split.json", "costs.json"):
        assert read_json(os.path.join(pair.run_dir, name)) == read_json(tmp_path / "one" / name)
    np.testing.assert_allclose(AlphaHistory.load(tmp_path / "pair" / "alpha.npz").alpha, expected.alpha, atol=2e-3)
    assert sorted(os.listdir(pair.run_dir)) == sorted(os.listdir(config.run_dir))
    assert "pair: " in logs[0] and "step," not in logs[1]
