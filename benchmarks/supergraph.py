"""A branch search: warm-up, theta and alpha steps over all tasks, beside separate networks.

The setting: MobileNetV2 of width 1.0, five tasks of PASCAL-Context, 128 x 128, batches of 4, random weights and labels.
"""

import dataclasses
import functools
import statistics
from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf

from benchmarks.peers import torch_layouts
from benchmarks.timing import in_turns, times
from benchmarks.topics import Settings
from bmt_tf.costs import CostTable, cost_table
from bmt_tf.grouping import Grouping
from bmt_tf.models import Encoder, get_encoder
from bmt_tf.runs import SearchConfig, TrainConfig
from bmt_tf.tasks import Task, get_task
from bmt_tf.training.branch_search.steps import SearchSteps
from bmt_tf.training.branch_search.warm_up import WarmUp
from bmt_tf.training.train_loop import Trainer

TASKS = ("semseg", "human_parts", "saliency", "normals", "edge")
NETWORK = {"encoder": "mobilenet_v2_1.0"}
SIZE, BATCH, STEPS, ROUNDS = (128, 128), 4, 2, 3
OURS = "our step"
REWRITTEN = "our step as TensorFlow rewrites it, traced before"


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the seconds of a step over all tasks by phase, in turns with PyTorch's where it is installed.

    The settings have no part in it.
    """
    del settings
    tasks, config, encoder, table = problem(SIZE)
    strategy, batch = tf.distribute.get_strategy(), batch_of(tasks, SIZE)
    singles = [_single(task, encoder, strategy) for task in tasks]
    warm_up = WarmUp(config, encoder, tasks).step_function(strategy)
    before = {
        "single networks, for comparison": lambda: [step(batch) for step in singles],
        "warm-up": lambda: warm_up(batch),
    }
    found = [row for phase, step in before.items() for row in _rows(phase, {OURS: step})]
    at = batch, tf.constant(0, tf.int64), tf.constant(1.0)
    steps = SearchSteps(config, encoder, tasks, table)
    peers = _torch_updates(config, tasks, batch)
    for phase, update in (("theta", steps.theta_function(strategy)), ("alpha", steps.alpha_function(strategy))):
        rivals = {name: updates[phase] for name, updates in peers.items()}
        ours = {OURS: functools.partial(update, *at), REWRITTEN: functools.partial(update.traced, *at)}
        found += _rows(phase, ours | rivals)
    hard = SearchSteps(dataclasses.replace(config, hard_theta=True), encoder, tasks, table).theta_function(strategy)
    return found + _rows("theta, one sampled candidate (`--hard_theta`)", {OURS: functools.partial(hard, *at)})


def problem(size: tuple[int, int]) -> tuple[tuple[Task, ...], SearchConfig, Encoder, CostTable]:
    """Returns the tasks, the settings of a search over them, its encoder and what trees cost."""
    tasks = tuple(get_task(name) for name in TASKS)
    form = {"tasks": TASKS, "image_size": size, "batch_size": BATCH}
    config = SearchConfig(run_dir="unused", data="scenes", steps=1000, trade_off=0.01, **form, **NETWORK)
    encoder = get_encoder(config.encoder, output_stride=config.output_stride)
    return tasks, config, encoder, cost_table(encoder, tasks, size, config.cost_unit)


def _single(task, encoder, strategy):
    """Returns the step function of a task's own network."""
    config = TrainConfig(
        run_dir="unused",
        data="scenes",
        tasks=(task.name,),
        image_size=SIZE,
        batch_size=BATCH,
        steps=1000,
        **NETWORK,
    )
    return Trainer(config, encoder, (task,), Grouping.shared((task.name,), encoder.block_names)).step_function(strategy)


def batch_of(tasks, size: tuple[int, int]) -> dict:
    """Returns a batch of random images and labels."""
    draw = np.random.default_rng(0)
    labels = {}
    for task in tasks:
        if task.name == "normals":
            labels[task.name] = tf.math.l2_normalize(tf.constant(draw.normal(size=(BATCH, *size, 3)), tf.float32), -1)
        else:
            labels[task.name] = tf.constant(draw.integers(0, max(task.channels, 2), (BATCH, *size, 1)), tf.uint8)
    return {"image": tf.constant(draw.uniform(0, 255, (BATCH, *size, 3)), tf.float32), "labels": labels}


def _torch_updates(config, tasks, batch) -> dict[str, dict[str, Callable]]:
    """Returns PyTorch's updates by the layout of its maps; none without it."""
    layouts = torch_layouts(config.encoder)
    if not layouts:
        return {}
    from benchmarks.torch_search import Supergraph, updates

    channels = {task.name: task.channels for task in tasks}
    return {
        name: updates(Supergraph(config.encoder, channels, config.resolved_candidates), tasks, batch, last)
        for name, last in layouts.items()
    }


def _rows(phase: str, rivals: Mapping[str, Callable]) -> list[tuple[str, str]]:
    calls = {name: functools.partial(_done, step) for name, step in rivals.items()}
    first = {name: times(call, 1)[0] for name, call in calls.items()}
    taken = in_turns({name: functools.partial(times, call, STEPS) for name, call in calls.items()}, ROUNDS)
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    found = []
    for name, seconds in medians.items():
        beside = "" if name == OURS else f", {seconds / medians[OURS]:.2f} times ours"
        said = f"{seconds:.2f} s over {len(TASKS)} tasks{beside}; first call {first[name]:.0f} s"
        found.append((f"{phase}: {name}", said))
    return found


def _done(step) -> None:
    """Makes a step and waits for its last value."""
    for value in tf.nest.flatten(step()):
        float(tf.reduce_sum(tf.cast(value, tf.float32)))
