"""Benchmarks of what decides on a tree: RDMs, affinities, fronts, the expected cost."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.spill import measure_spill
from bmt_tf.affinity import affinity as task_affinity
from bmt_tf.affinity import rdm
from bmt_tf.costs import CostTable
from bmt_tf.search import beam_front, exact_front, front_gap

BLOCKS = 18


def affinity(features: int) -> list[tuple[str, str]]:
    """Returns the times of RDMs and affinities, and the memory of an RDM streamed through the disk.

    Args:
        features: Features per image of the streamed RDM.
    """
    random = np.random.default_rng(0)
    held = random.random((500, 50_000), np.float32)
    rdms = np.stack([[rdm(random.random((200, 64)))] * BLOCKS for _ in range(5)])
    spill = measure_spill(500, features)
    return [
        ("RDM of 500 images, 50,000 features in memory", f"{_median(lambda: rdm(held), 3):.2f} s"),
        (
            f"RDM of 500 images, {features:,} features through the disk",
            f"{spill['write_seconds']:.0f} s to write, {spill['rdm_seconds']:.0f} s to read, "
            f"{spill['peak_bytes'] / 2**30:.2f} GiB of memory, {spill['disk_bytes'] / 2**30:.1f} GiB of disk",
        ),
        ("affinity of 5 tasks, 18 blocks, 200 images", f"{_median(lambda: task_affinity(rdms), 3):.2f} s"),
    ]


def trees() -> list[tuple[str, str]]:
    """Returns the times of exact and beam fronts, and the beam's gap."""
    rows = []
    for tasks in (5, 6, 7, 8):
        problem = _problem(tasks, BLOCKS)
        rows.append(
            (
                f"exact front, {tasks} tasks, 18 blocks",
                f"{_median(lambda problem=problem: exact_front(*problem), 3 if tasks < 8 else 1):.2f} s, "
                f"{len(exact_front(*problem))} trees",
            )
        )
    problem = _problem(8, BLOCKS)
    exact = exact_front(*problem)
    gap = front_gap(beam_front(*problem), exact).sum() / sum(point.score for point in exact)
    rows.append(
        (
            "beam front, 8 tasks: time, score above the exact front's",
            f"{_median(lambda: beam_front(*problem), 1):.1f} s, {gap:.2%}",
        )
    )
    many = _problem(40, 15)
    rows.append(("beam front, 40 tasks, 15 blocks", f"{_median(lambda: beam_front(*many), 1):.1f} s"))
    return rows


def expected_cost() -> list[tuple[str, str]]:
    """Returns the times of the expected cost with its gradient."""
    return [
        (
            f"expected cost and gradient, {tasks} tasks, {candidates} candidates",
            f"{1000 * _median(_expected_cost_gradient(tasks, candidates), 20):.1f} ms",
        )
        for tasks, candidates in ((5, 5), (12, 12), (16, 4), (40, 4))
    ]


def _expected_cost_gradient(tasks: int, candidates: int) -> Callable:
    import tensorflow as tf

    from bmt_tf.supergraph import expected_cost as cost_of

    blocks = {f"block{number}": 1.0 for number in range(BLOCKS)}
    table = CostTable("multiply_adds", 1.0, blocks, {f"task{number}": 1.0 for number in range(tasks)})
    alpha = tf.Variable(np.random.default_rng(0).normal(size=(BLOCKS, tasks, candidates)))

    @tf.function
    def gradient():
        with tf.GradientTape() as tape:
            value = cost_of(tf.nn.softmax(alpha), table, seed=tf.constant([0, 1]))
        return tape.gradient(value, alpha)

    gradient()
    return lambda: gradient().numpy()


def _problem(tasks: int, blocks: int) -> tuple[np.ndarray, list[str], CostTable]:
    random = np.random.default_rng(tasks)
    dissimilarity = random.random((blocks, tasks, tasks)) * np.linspace(0.2, 1, blocks)[:, None, None]
    dissimilarity = (dissimilarity + dissimilarity.transpose(0, 2, 1)) / 2
    dissimilarity[:, range(tasks), range(tasks)] = 0
    names = [f"task{number}" for number in range(tasks)]
    costs = {f"block{number}": float(cost) for number, cost in enumerate(random.uniform(1, 5, blocks))}
    return dissimilarity, names, CostTable("multiply_adds", 1.0, costs, dict.fromkeys(names, 1.0))


def _median(call: Callable, runs: int) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
