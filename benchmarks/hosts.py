"""One host and two, which are processes of this machine, train and score the same network: how fast, and how alike.

All have the machine's cores between them, so that two are at best as fast as one; what several machines would save
cannot be seen here, only what the hosts cost each other.
"""

import json
import multiprocessing
import os
import shutil
import socket
import tempfile
import time
from concurrent import futures
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from benchmarks.topics import Settings

TASKS = ("semseg", "depth", "normals", "edge")
HOSTS, BATCH, STEPS, IMAGES, SCORED = 2, 16, 20, 640, 200
OUTPUT_STRIDE = 16  # of the network that is timed
# Equal weights are looked for after two updates of a network in which rounding grows slowly: the second update of a
# MobileNetV2 from random weights differs by a tenth already where the images of a batch come in another order.
ALIKE = {"encoder": "resnet18_0.25", "image_size": (64, 64), "steps": 2}


class Done(NamedTuple):
    """What a host has done.

    Args:
        read: Images that it has read to train on.
        step: Seconds of a training step.
        scoring: Seconds from a trained run to its scores.
    """

    read: int
    step: float
    scoring: float


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns what one host, and each of two, took and read; and by how much their weights and scores differ."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for hosts in (1, HOSTS):
            place = f"{folder}/{hosts}"
            fast = {
                "run_dir": f"{place}/fast",
                "encoder": settings.encoder,
                "image_size": settings.image_size,
                "output_stride": OUTPUT_STRIDE,
            }
            alike = {"run_dir": f"{place}/alike", **ALIKE}
            if hosts > 1:
                shutil.copytree(f"{folder}/1/fast", f"{place}/scored")  # the weights of one host, scored by several
            scored = f"{place}/{'scored' if hosts > 1 else 'fast'}"
            for index, done in enumerate(_on(hosts, [_settings(hosts, **one) for one in (fast, alike)], scored)):
                value = f"{BATCH / done.step:.1f} images/s trained on, {done.read} images read; "
                value += f"{SCORED / done.scoring:.1f} images/s scored, the start among it"
                found.append((f"host {index + 1} of {hosts}", value))
        weights = _difference(*(_weights(f"{folder}/{hosts}/alike") for hosts in (1, HOSTS)))
        scores = max(map(_difference, *map(_scores, (f"{folder}/1/fast", scored))))
    found.append((f"{HOSTS} hosts beside one", f"weights differ by {weights:.0e}, scores by {scores:.0e} at most"))
    return found


def _settings(
    hosts: int, run_dir: str, encoder: str, image_size: tuple[int, int], output_stride: int = 16, steps: int = 0
):
    """Returns the settings of a training, as JSON values: each host has its part of the cores."""
    from bmt_tf.runs import TrainConfig

    height, width = image_size
    steps = steps or STEPS
    return TrainConfig(
        run_dir=run_dir,
        data=f"scenes:train={IMAGES},val={SCORED},height={height},width={width}",
        tasks=TASKS,
        encoder=encoder,
        output_stride=output_stride,
        image_size=image_size,
        batch_size=BATCH,
        steps=steps,
        threads=f"1x{max(1, (os.cpu_count() or 1) // hosts)}",
        log_every=max(1, steps // 4),  # the first part, with what is traced, is not counted
        replicas=int(hosts == 1),
        scales=(),
    ).to_json()


def _on(hosts: int, configs: list[dict[str, Any]], scored: str) -> list[Done]:
    addresses = _free_addresses(hosts)
    with futures.ProcessPoolExecutor(hosts, multiprocessing.get_context("spawn")) as pool:
        working = [pool.submit(_host, index, addresses, configs, scored) for index in range(hosts)]
        for done in futures.as_completed(working):
            done.result()  # what one raises is raised here, though the others wait for it
        return [one.result() for one in working]


def _free_addresses(count: int) -> list[str]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return addresses


def _host(index: int, addresses: list[str], configs: list[dict[str, Any]], scored: str) -> Done:
    """Trains the first network, which is timed, and the others, and scores a run."""
    cluster = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    os.environ["TF_CONFIG"] = json.dumps(cluster) if len(addresses) > 1 else ""
    from bmt_tf import _files as files
    from bmt_tf.data import Scenes
    from bmt_tf.runs import TrainConfig
    from bmt_tf.runs.paths import RunPaths
    from bmt_tf.training import evaluate, train

    (first, *others), reads, real = map(TrainConfig.from_json, configs), [], Scenes.__getitem__
    with mock.patch.object(Scenes, "__getitem__", lambda self, place: reads.append(place) or real(self, place)):
        train(first)
        read = len(reads)
    for config in others:
        train(config)
    started = time.perf_counter()
    evaluate(scored, time_it=False)
    scoring = time.perf_counter() - started
    step = files.read_json(RunPaths(first.run_dir).training)["seconds_per_step"]  # which the chief has written
    return Done(read, step, scoring)


def _weights(run_dir: str) -> np.ndarray:
    from bmt_tf.runs import Run

    return np.concatenate([np.ravel(one) for one in Run.load(run_dir).trained().network.get_weights()])


def _scores(run_dir: str) -> list[float]:
    from bmt_tf.runs import Run

    return [row["value"] for row in Run.load(run_dir).metrics["tasks"].values()]


def _difference(one, other) -> float:
    """Returns by how much numbers differ at most, as a part of the largest of them."""
    return float(np.max(np.abs(np.subtract(one, other))) / np.max(np.abs([one, other])))
