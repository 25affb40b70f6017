"""Trees to compare with: all tasks parting at one block, and a given tree with its tasks permuted."""

from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping

# For each tree that was found before: the last other tree of any number is missed once in 1e8 times.
_ATTEMPTS = 20


def vanilla_grouping(tasks: Sequence[str], blocks: Sequence[str], table: CostTable, cost: float) -> Grouping:
    """Returns the tree that is shared up to a block and all separate from there, nearest in cost.

    Of two equally near trees it is the cheaper one. Source: BMTAS, sec. 4.3 ("Vanilla").

    Args:
        tasks: Names of the `T` tasks.
        blocks: Names of the `L` blocks, those of the table.
        table: Costs of stem, blocks and heads, as from `cost_table`.
        cost: The cost to come near to, in the table's unit.
    """
    table.check(tasks, blocks)
    shared, separate = [tuple(tasks)], [(task,) for task in tasks]
    trees = [
        Grouping(tasks, blocks, [shared] * depth + [separate] * (len(blocks) - depth))
        for depth in range(len(blocks), -1, -1)
    ]
    return min(trees, key=lambda tree: (abs(table.cost(tree) - cost), table.cost(tree)))


def permuted_grouping(grouping: Grouping, seed: int) -> Grouping:
    """Returns a tree with its tasks exchanged at random: never the tree itself, and each seed from 0 on has its own.

    Where there are fewer others they come again; where there is none, as of a vanilla tree, it is the tree.

    Source: BMTAS, sec. 4.3 ("Permutations"), which does not say that its five were no two alike, nor the tree.

    Args:
        grouping: The tree; the order of its tasks is kept.
        seed: Which of the others; the random numbers of smaller ones are drawn first.
    """
    others, seen = [], {grouping.partitions}
    for number in range(seed + 1):
        random = np.random.default_rng(number)
        orders = (random.permutation(len(grouping.tasks)) for _ in range(_ATTEMPTS * (1 + len(others))))
        other = next((one for order in orders if (one := _exchanged(grouping, order)).partitions not in seen), None)
        if other is None:
            return others[seed % len(others)] if others else grouping
        others.append(other)
        seen.add(other.partitions)
    return others[-1]


def _exchanged(grouping: Grouping, order: Sequence[int]) -> Grouping:
    """Returns the tree with other tasks in the places of its tasks."""
    renamed = dict(zip(grouping.tasks, [grouping.tasks[t] for t in order], strict=True))
    partitions = [[[renamed[task] for task in part] for part in partition] for partition in grouping.partitions]
    return Grouping(grouping.tasks, grouping.blocks, partitions, grouping.encoder)
