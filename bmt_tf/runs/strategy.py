"""Where a run computes: one device, several of this host, or several hosts."""

import functools
import json
import os
from collections.abc import Callable, Iterator

import tensorflow as tf
from absl import logging

from bmt_tf import _files as files
from bmt_tf._threads import AUTO, use_threads
from bmt_tf.data.pipeline import Part
from bmt_tf.runs.config import RunConfig
from bmt_tf.runs.paths import RunPaths

_TF_CONFIG = (
    "The environment variable TF_CONFIG must be empty, or name all workers and which of them this process is, as in "
    '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}; '
    "there are workers and a chief only (scripts/evaluate.py makes scores, on one host or on the same workers)."
)


def make_strategy(replicas: int = 0) -> tf.distribute.Strategy:
    """Returns the strategy for this machine; for the same devices always the same one.

    With `TF_CONFIG` in the environment that names more than one worker it is a `MultiWorkerMirroredStrategy` over every
    device of every host, and must be made before the first tensor; with one replica the default strategy, which adds no
    operation; else a `MirroredStrategy`. `replicas` counts devices of this host; 0 takes every GPU, or the CPU where
    there is none.
    """
    if _workers() > 1:
        return _over_hosts()
    kind = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
    devices = [device.name for device in tf.config.list_logical_devices(kind)]
    wanted = replicas or (len(devices) if kind == "GPU" else 1)
    if wanted > len(devices):
        raise ValueError(
            f"`replicas` must be at most the number of {kind} devices, {len(devices)}. Received: replicas={replicas}."
        )
    if wanted == 1:
        return tf.distribute.get_strategy()
    return _over_devices(tuple(name.replace("/device:", "") for name in devices[:wanted]))


def strategy_of_run(config: RunConfig) -> tf.distribute.Strategy:
    """Returns the strategy that a run asks for.

    A deterministic one makes all of this process deterministic, and its threads are those of all of this process.
    """
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    _choose_threads(config)
    strategy = make_strategy(config.replicas)
    if config.batch_size < strategy.num_replicas_in_sync:
        raise ValueError(
            f"`batch_size` must be at least the number of replicas, {strategy.num_replicas_in_sync}. "
            f"Received: batch_size={config.batch_size}."
        )
    return strategy


def _choose_threads(config: RunConfig) -> None:
    """Chooses the threads that the settings name, or by `auto` those that the run was begun with."""
    wanted, record = config.threads, RunPaths(config.run_dir).config
    if wanted == AUTO and files.exists(record):
        wanted = files.read_json(record).get("threads", AUTO)
    used = use_threads(wanted, config.branches)
    if config.threads not in (AUTO, used):
        logging.warning(
            "TensorFlow computes with %s threads, not %s: it has computed before, or the environment limits it.",
            used,
            config.threads,
        )


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Returns whether this process writes the run's results: the chief, the first worker, or the only process."""
    return place_of(strategy)[0] == 0


def place_of(strategy: tf.distribute.Strategy) -> tuple[int, int]:
    """Returns which of the hosts this one is, from 0, the chief, and how many they are."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return 0, 1
    cluster = resolver.cluster_spec().as_dict()
    chiefs, workers = (len(cluster.get(job, ())) for job in ("chief", "worker"))
    return resolver.task_id + (chiefs if resolver.task_type == "worker" else 0), chiefs + workers


def given_out(
    strategy: tf.distribute.Strategy, batch_size: int, batches: Callable[[Part], tf.data.Dataset]
) -> Iterator:
    """Returns global batches given out to the replicas; each host makes no more of them than its own replicas get.

    Args:
        strategy: Where it is computed.
        batch_size: Images per global batch.
        batches: Function from a part of the batch to a dataset with one element per batch and replica of this host.
    """
    dataset = strategy.distribute_datasets_from_function(lambda context: batches(_part(context, batch_size)))
    return iter(dataset)


def _part(context: tf.distribute.InputContext, batch_size: int) -> Part:
    """Returns the images of this host: replicas get equally many, the first ones one more where that does not go up."""
    replicas = context.num_replicas_in_sync
    sizes = [batch_size // replicas + (replica < batch_size % replicas) for replica in range(replicas)]
    here = replicas // context.num_input_pipelines
    first = context.input_pipeline_id * here
    return Part(sum(sizes[:first]), tuple(sizes[first : first + here]))


def check_same_start(strategy: tf.distribute.Strategy, run_dir: str, start: int) -> None:
    """Checks that all workers have found the same checkpoint, that of `start` updates, before they go on from it."""
    replicas = strategy.num_replicas_in_sync
    if replicas > 1 and _sum_over_replicas(strategy, start) != replicas * start:
        raise ValueError(
            f"`run_dir` must be a directory that all workers see. Received: run_dir="
            f"{run_dir!r}, with checkpoints up to step {start} here and others elsewhere."
        )


def meet(strategy: tf.distribute.Strategy) -> None:
    """Returns when all workers have come to this call."""
    if strategy.num_replicas_in_sync > 1:
        _sum_over_replicas(strategy, 0)


def _sum_over_replicas(strategy, value):
    return int(_adder(strategy)(tf.constant(value, tf.int64)))


@functools.cache
def _adder(strategy):
    @tf.function  # By itself the strategy of several hosts warns that it is slow.
    def total(value):
        return strategy.reduce("SUM", strategy.run(tf.identity, (value,)), axis=None)

    return total


# A second strategy in the same process would number its collective operations like the first, and TensorFlow ends both.
@functools.cache
def _over_devices(devices: tuple[str, ...]) -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy(devices)


@functools.cache
def _over_hosts() -> tf.distribute.Strategy:
    return tf.distribute.MultiWorkerMirroredStrategy()


def _workers() -> int:
    """Returns how many workers `TF_CONFIG` names, after it is checked."""
    text = os.environ.get("TF_CONFIG", "").strip() or "{}"
    try:
        config = json.loads(text)
        jobs = {name: list(config.get("cluster", {}).get(name, [])) for name in ("chief", "worker")}
        task = config.get("task", {})
        job, index = task.get("type", "worker"), int(task.get("index", 0))
        whole = all(not isinstance(config.get("cluster", {}).get(name, []), str) for name in jobs)
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{_TF_CONFIG} Received: TF_CONFIG={text!r} ({error}).") from error
    workers = sum(map(len, jobs.values()))
    if not whole or (workers and (job not in jobs or not 0 <= index < len(jobs[job]))):
        raise ValueError(f"{_TF_CONFIG} Received: TF_CONFIG={text!r}.")
    return workers
