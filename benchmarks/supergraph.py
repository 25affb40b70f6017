"""A branch search: warm-up, theta and alpha steps over all tasks, beside separate networks.

The setting: MobileNetV2 of width 1.0, five tasks of PASCAL-Context, 128 x 128, batches of 4, random weights and labels.
"""

import dataclasses
import resource
import statistics
import time

import numpy as np
import tensorflow as tf

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
SIZE, BATCH, STEPS = (128, 128), 4, 5


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the seconds of a step over all tasks by phase, of the first call, and the peak of memory so far.

    The settings have no part in it.
    """
    del settings
    tasks, config, encoder, table = problem(SIZE)
    strategy, batch = tf.distribute.get_strategy(), batch_of(tasks, SIZE)
    singles = [_single(task, encoder, strategy) for task in tasks]
    results = [
        _row(
            "single networks, for comparison",
            lambda: {"losses": {k: v for step in singles for k, v in step(batch)["losses"].items()}},
        )
    ]
    step = WarmUp(config, encoder, tasks).step_function(strategy)
    results.append(_row("warm-up", lambda: step(batch)))
    steps = SearchSteps(config, encoder, tasks, table)
    number, temperature = tf.constant(0, tf.int64), tf.constant(1.0)
    for name, function in (("theta", steps.theta_function(strategy)), ("alpha", steps.alpha_function(strategy))):
        results.append(_row(name, lambda function=function: function(batch, number, temperature)))
    hard = SearchSteps(dataclasses.replace(config, hard_theta=True), encoder, tasks, table).theta_function(strategy)
    results.append(_row("theta, one sampled candidate (`--hard_theta`)", lambda: hard(batch, number, temperature)))
    return results


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


def _row(name, step) -> tuple[str, str]:
    times = []
    for _ in range(STEPS + 1):
        started, before = time.perf_counter(), time.process_time()
        {task: float(loss) for task, loss in step()["losses"].items()}
        times.append((time.perf_counter() - started, time.process_time() - before))
    wall, processor = (statistics.median(column) for column in zip(*times[1:], strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return f"{name}: one step over {len(TASKS)} tasks", (
        f"{wall:.2f} s (of the processors {processor:.2f} s); first call {times[0][0]:.0f} s; {memory:.1f} GiB"
    )
