"""How likely it is to hit on a partition by chance: what a search that finds it is to be compared with."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping.partitions import all_labels, canonical, labels_of


def chance_of_partition(parts: Sequence[Sequence[str]], tasks: Sequence[str], table: CostTable, budget: float) -> float:
    """Returns the share of the trees within a budget that have the given parts at the last block.

    All trees are counted, by dynamic programming over partitions and costs.

    Args:
        parts: The parts at the last block.
        tasks: Names of the `T` tasks, at most 8.
        table: Costs of blocks and heads.
        budget: Largest cost of a tree, in the unit of the table.

    Returns:
        From 0 to 1.

    Raises:
        ValueError: No tree fits the budget.
    """
    table.check(tasks)
    labels = all_labels(len(tasks))
    together = labels[:, :, None] == labels[:, None, :]
    trees = [Counter({table.stem + sum(table.heads.values()): 1})]  # how many of each cost, by their last partition
    allowed = np.ones((len(labels), 1), bool)  # [P, P]: may a tree that ends in the second go on to the first?
    for cost in table.blocks.values():
        trees = [
            _longer([trees[number] for number in np.flatnonzero(row)], cost * (1 + int(finer.max())), budget)
            for finer, row in zip(labels, allowed, strict=True)
        ]
        allowed = (together[:, None] <= together[None]).all(axis=(2, 3))
    counts = [sum(counter.values()) for counter in trees]
    if not sum(counts):
        raise ValueError(
            f"`budget` must be at least the cost of the cheapest tree, {table.shared():.12g}. Received: budget={budget}"
        )
    wanted = labels_of(canonical(parts, tasks), tasks)
    return counts[labels.tolist().index(list(wanted))] / sum(counts)


def _longer(shorter: Sequence[Counter], extra: float, budget: float) -> Counter:
    """Returns the trees with one more block that costs `extra`, without those beyond the budget."""
    longer = Counter()
    for counter in shorter:
        for cost, count in counter.items():
            if cost + extra <= budget:
                longer[cost + extra] += count
    return longer
