"""Exact and beam fronts of trees, and the beam's gap."""

import numpy as np

from benchmarks.timing import median
from benchmarks.topics import Settings
from bmt_tf.costs import CostTable
from bmt_tf.search import beam_front, exact_front, front_gap

BLOCKS, EXACT = 18, (5, 6, 7, 8)
MANY = 40, 15  # tasks and blocks that only a beam can search


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times by number of tasks; the settings have no part in it."""
    del settings
    found = []
    for tasks in EXACT:
        asked = problem(tasks, BLOCKS)
        seconds = median(lambda asked=asked: exact_front(*asked), 3 if tasks < EXACT[-1] else 1)
        found.append(
            (f"exact front, {tasks} tasks, {BLOCKS} blocks", f"{seconds:.2f} s, {len(exact_front(*asked))} trees")
        )
    asked = problem(EXACT[-1], BLOCKS)
    exact = exact_front(*asked)
    gap = front_gap(beam_front(*asked), exact).sum() / sum(point.score for point in exact)
    found.append(
        (
            f"beam front, {EXACT[-1]} tasks: time, score above the exact front's",
            f"{median(lambda: beam_front(*asked), 1):.1f} s, {gap:.2%}",
        )
    )
    many = problem(*MANY)
    return [*found, ("beam front, {} tasks, {} blocks".format(*MANY), f"{median(lambda: beam_front(*many), 1):.1f} s")]


def problem(tasks: int, blocks: int) -> tuple[np.ndarray, list[str], CostTable]:
    """Returns random dissimilarities that grow with the depth, names of tasks, and what their trees cost."""
    random = np.random.default_rng(tasks)
    dissimilarity = random.random((blocks, tasks, tasks)) * np.linspace(0.2, 1, blocks)[:, None, None]
    dissimilarity = (dissimilarity + dissimilarity.transpose(0, 2, 1)) / 2
    dissimilarity[:, range(tasks), range(tasks)] = 0
    names = [f"task{number}" for number in range(tasks)]
    costs = {f"block{number}": float(cost) for number, cost in enumerate(random.uniform(1, 5, blocks))}
    return dissimilarity, names, CostTable("multiply_adds", 1.0, costs, dict.fromkeys(names, 1.0))
