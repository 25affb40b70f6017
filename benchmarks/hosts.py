"""How many images each of two hosts reads for the same global batches; both are processes of this machine."""

import json
import multiprocessing
import os
import socket
import time

from benchmarks.topics import Settings

HOSTS, BATCH, STEPS, IMAGES = 2, 32, 20, 4096


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns what one host, and each of two, read for the same number of batches."""
    found = []
    for hosts in (1, HOSTS):
        for index, (read, seconds) in enumerate(_on(hosts)):
            value = f"{read} images read for {STEPS} batches of {BATCH}, and those ahead, in {seconds:.1f} s"
            found.append((f"host {index + 1} of {hosts}", value))
    return found


def _on(hosts: int) -> list[tuple[int, float]]:
    context = multiprocessing.get_context("spawn")
    sockets = [socket.socket() for _ in range(hosts)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    results = [context.SimpleQueue() for _ in addresses]
    processes = [context.Process(target=_host, args=(index, addresses, result)) for index, result in enumerate(results)]
    for process in processes:
        process.start()
    found = [result.get() for result in results]
    for process in processes:
        process.join()
    return found


def _host(index: int, addresses: list[str], result) -> None:
    cluster = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    os.environ["TF_CONFIG"] = json.dumps(cluster) if len(addresses) > 1 else ""
    from bmt_tf.data import Augmentation, training_batches
    from bmt_tf.runs.strategy import given_out, make_strategy, meet

    strategy = make_strategy(1 if len(addresses) == 1 else 0)
    source = _counted()
    form = {"batch_size": BATCH, "image_size": (64, 64), "augmentation": Augmentation(), "seed": 0}
    stream = given_out(strategy, BATCH, lambda part: training_batches(source, [], **form, part=part))
    started = time.perf_counter()
    for _ in range(STEPS):
        next(stream)
    result.put((source.reads, time.perf_counter() - started))
    meet(strategy)


def _counted():
    """Returns a source of drawn rooms that counts how many it has drawn."""
    from bmt_tf.data import Scenes

    class Counted(Scenes):
        reads = 0

        def __getitem__(self, index):
            type(self).reads += 1
            return super().__getitem__(index)

    return Counted("train", IMAGES, 64, 64)
