"""Trees to compare with: all tasks parting at one block, and a given tree with its tasks permuted."""

from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping


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
    """Returns the tree with its tasks' names permuted, each permutation alike likely (so it may be the tree itself).

    Source: BMTAS, sec. 4.3 ("Permutations").

    Args:
        grouping: The tree; the order of its tasks is kept.
        seed: Seed of the permutation.
    """
    order = np.random.default_rng(seed).permutation(len(grouping.tasks))
    renamed = dict(zip(grouping.tasks, [grouping.tasks[t] for t in order], strict=True))
    partitions = [[[renamed[task] for task in part] for part in partition] for partition in grouping.partitions]
    return Grouping(grouping.tasks, grouping.blocks, partitions, grouping.encoder)
