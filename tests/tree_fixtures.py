"""Fixtures: seeded problems of choosing a tree, and all trees of small ones."""

import itertools

import numpy as np
import pytest

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping, all_partitions, refines


def _problem(tasks: int, blocks: int, seed: int, levels: int = 0):
    """Returns dissimilarity `[L, T, T]`, task names and cost table; with `levels`, values that tie often."""
    random = np.random.default_rng(seed)
    if levels:
        values = random.integers(0, levels, (blocks, tasks, tasks)) / 4
        costs = random.integers(0, 3, blocks)
    else:
        values = random.random((blocks, tasks, tasks))
        costs = random.integers(1, 10**8, blocks)
    upper = np.triu(values, 1)
    names = tuple(f"t{t}" for t in range(tasks))
    table = CostTable(
        "parameters",
        17,
        {f"b{number}": int(cost) for number, cost in enumerate(costs)},
        {task: 5 + t for t, task in enumerate(names)},
    )
    return upper + upper.transpose(0, 2, 1), names, table


def _all_trees(tasks, blocks) -> list[Grouping]:
    every = all_partitions(tasks)
    trees = [()]
    for _ in blocks:
        trees = [(*tree, p) for tree, p in itertools.product(trees, every) if not tree or refines(p, tree[-1])]
    return [Grouping(tasks, blocks, tree) for tree in trees]


@pytest.fixture(scope="session")
def problem():
    return _problem


@pytest.fixture(scope="session")
def all_trees():
    return _all_trees
