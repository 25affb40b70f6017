"""The expected cost of a search, with its gradient."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from benchmarks.timing import median
from benchmarks.topics import Settings
from bmt_tf.costs import CostTable
from bmt_tf.supergraph import expected_cost

BLOCKS = 18
PROBLEMS = ((5, 5), (12, 12), (16, 4), (40, 4))  # tasks and candidates


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times by numbers of tasks and candidates; the settings have no part in it."""
    del settings
    return [
        (
            f"expected cost and gradient, {tasks} tasks, {candidates} candidates",
            f"{1000 * median(gradient(tasks, candidates), 20):.1f} ms",
        )
        for tasks, candidates in PROBLEMS
    ]


def gradient(tasks: int, candidates: int, blocks: int = BLOCKS) -> Callable:
    """Returns a function that computes both, traced."""
    costs = {f"block{number}": 1.0 for number in range(blocks)}
    table = CostTable("multiply_adds", 1.0, costs, {f"task{number}": 1.0 for number in range(tasks)})
    alpha = tf.Variable(np.random.default_rng(0).normal(size=(blocks, tasks, candidates)))

    @tf.function
    def compute():
        with tf.GradientTape() as tape:
            value = expected_cost(tf.nn.softmax(alpha), table, seed=tf.constant([0, 1]))
        return tape.gradient(value, alpha)

    compute()
    return lambda: compute().numpy()
