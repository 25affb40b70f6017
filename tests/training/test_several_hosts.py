"""Several hosts, tried as two processes on this one: same weights as one process, and only the chief keeps results."""

import dataclasses
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys

import numpy as np
import pytest
from tiny_runs import FEW_LAYERS, tiny_search, tiny_training

from bmt_tf._files import read_json
from bmt_tf.affinity import AffinityResult
from bmt_tf.choosing import measure_affinity
from bmt_tf.runs import Run
from bmt_tf.search import AlphaHistory
from bmt_tf.training import evaluate, search, train, train_singles

pytestmark = [pytest.mark.long, pytest.mark.whole]

SECONDS = 400
TESTS = str(pathlib.Path(__file__).parents[1])
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import toys
from bmt_tf.choosing import measure_affinity
from bmt_tf.runs import SearchConfig, TrainConfig
from bmt_tf.training import evaluate, search, train
singles, affinity, *configs = map(json.loads, sys.argv[2:])
for run_dir in singles:
    evaluate(run_dir, time_it=False)
measure_affinity(singles, affinity, replicates=5)
for config in configs:
    if "trade_off" in config:
        search(SearchConfig.from_json(config))
    else:
        train(TrainConfig.from_json(config))
"""
TASKS = ("depth", "edge", "indoors")  # measured in variables and in arrays, of pixels and of images


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _on_two_hosts(singles, affinity, configs, log):
    """Scores runs, measures their affinity, then trains or searches others on two workers; returns their exit codes."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in _free_ports(2)]}
    processes = []
    try:
        for index in range(2):
            place = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
            work = [singles, affinity, *(config.to_json() for config in configs)]
            arguments = [TESTS, *map(json.dumps, work)]
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


@pytest.fixture(scope="module")
def on_one(tmp_path_factory):
    """The settings of a tiny training and a tiny search, done by one process; single-task runs too, with affinity."""
    folder = tmp_path_factory.mktemp("one")
    common = {"tasks": FEW_LAYERS, "folded": 2, "replicas": 1}
    trained = tiny_training(folder / "train", grouping="separate", batch_size=4, checkpoint_every=1, steps=2, **common)
    searched = tiny_search(folder / "search", steps=2, weighting="balanced:batches=1", **common)
    single = tiny_training(folder / "single", tasks=TASKS, held_out=4, steps=1)
    for run_dir in train_singles(single):
        evaluate(run_dir, time_it=False)
    measure_affinity([f"{folder}/single/{task}" for task in TASKS], str(folder / "affinity"), replicates=5)
    train(trained)
    search(searched)
    return {"train": trained, "search": searched}


@pytest.fixture(scope="module")
def on_two(on_one, tmp_path_factory):
    """The settings of what two workers have done, by name, and what each of them said; they start once for all."""
    folder = tmp_path_factory.mktemp("two")
    configs = {
        name: dataclasses.replace(config, run_dir=str(folder / name), replicas=0) for name, config in on_one.items()
    }
    begun = configs["train"].run_dir
    left_out = shutil.ignore_patterns("ckpt-2.*", "events", "training.json")
    shutil.copytree(on_one["train"].run_dir, begun, ignore=left_out)
    singles = pathlib.Path(on_one["train"].run_dir).parent / "single"
    shutil.copytree(singles, folder / "single", ignore=shutil.ignore_patterns("metrics.json"))
    affinity = str(folder / "affinity")
    codes = _on_two_hosts([f"{folder}/single/{task}" for task in TASKS], affinity, configs.values(), folder)
    said = [(folder / f"worker{index}.txt").read_text() for index in range(2)]
    assert codes == [0, 0], "\n".join(text[-3000:] for text in said)
    return configs, said


@pytest.fixture(scope="module")
def folders(on_one, on_two):
    """The folders of what one process and two workers have done."""
    return [pathlib.Path(configs["train"].run_dir).parent for configs in (on_one, on_two[0])]


@pytest.mark.parametrize("task", TASKS)
def test_two_hosts_score_a_run_as_one_does(task, folders):
    one, two = (read_json(str(folder / "single" / task / "metrics.json")) for folder in folders)
    for metrics in (one, two):
        row = metrics["tasks"][task]
        metrics["value"] = row.pop("value")
    # Images are in other batches: other sums of float32.
    assert two.pop("value") == pytest.approx(one.pop("value"), rel=1e-5)
    assert two == one


def test_two_hosts_measure_the_affinity_of_one(folders):
    one, two = (AffinityResult.load(folder / "affinity" / "affinity.npz") for folder in folders)
    assert (two.tasks, two.blocks, two.images, two.measured_on) == (one.tasks, one.blocks, one.images, one.measured_on)
    np.testing.assert_allclose(two.affinity, one.affinity, atol=1e-9)
    np.testing.assert_allclose(two.replicates, one.replicates, atol=1e-9)


def test_two_hosts_go_on_with_a_training_to_the_weights_of_one(on_one, on_two):
    ours, theirs = (Run.load(config.run_dir) for config in (on_two[0]["train"], on_one["train"]))
    assert ours.saved_steps == [1, 2]
    for one, other in zip(ours.trained().network.variables, theirs.trained().network.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-3, atol=1e-4)


def test_two_hosts_search_the_tree_of_one(on_one, on_two):
    ours, theirs = (configs["search"].run_dir for configs in (on_one, on_two[0]))
    for name in ("split.json", "costs.json"):
        assert read_json(os.path.join(theirs, name)) == read_json(os.path.join(ours, name))
    one, two = (read_json(os.path.join(run_dir, "weighting.json")) for run_dir in (ours, theirs))
    for task, row in one.items():
        assert two[task] == pytest.approx(row, rel=1e-4)
    one, two = (AlphaHistory.load(os.path.join(run_dir, "alpha.npz")) for run_dir in (ours, theirs))
    np.testing.assert_allclose(two.alpha, one.alpha, atol=2e-3)


def test_only_the_chief_writes_and_speaks(on_one, on_two):
    configs, said = on_two
    kept = ["checkpoints", "config.json", "events", "grouping.json", "training.json"]
    assert sorted(os.listdir(configs["train"].run_dir)) == kept
    assert len(os.listdir(os.path.join(configs["train"].run_dir, "events"))) == 1
    assert sorted(os.listdir(configs["search"].run_dir)) == sorted(os.listdir(on_one["search"].run_dir))
    assert "train: 2/2 step" in said[0] and "search: " in said[0] and "step," not in said[1]
