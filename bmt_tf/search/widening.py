"""Dynamic widening: from a tree that is trained to the next one, which splits the block whose turn it is.

Source: Lu et al., CVPR 2017 (published code). Every block is shared at the start. The last block that all tasks share
is looked at; once the branches behind it are better off in several groups, it is split into one branch for each, and
the block before it is the next one.
"""

from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.partitions import labels_of, partition_from_labels
from bmt_tf.search.fafs import checked_affinity, fafs_step


def block_to_split(grouping: Grouping, caps: Sequence[int]) -> str | None:
    """Returns the block whose turn it is to be split, or None where the tree grows no further.

    Args:
        grouping: The tree.
        caps: The most branches that each block may have.
    """
    shared = sum(count == 1 for count in grouping.branches)  # they come first, as tasks that part stay apart
    return grouping.blocks[shared - 1] if shared and caps[shared - 1] > 1 else None


def widened(
    grouping: Grouping, affinity: np.ndarray, table: CostTable, alpha: float, caps: Sequence[int], seed: int = 0
) -> Grouping | None:
    """Returns the tree with one more block split, or None where all tasks are to share it still.

    Departures from the published code: the cost of one more branch is the block's share of the dearest block of the
    table, not a power of two; up to 8 branches are grouped in all ways, more by several spectral clusterings, the least
    separated of which counts, not their mean.

    Args:
        grouping: The tree.
        affinity: `[T, T]` in [0, 1], in what share of the images two tasks are both hard or both easy; symmetric,
            diagonal 1.
        table: Costs of the blocks.
        alpha: What a separation of 1 may cost, in branches of the dearest block.
        caps: The most branches that each block may have, at least 1 each.
        seed: Seed of the spectral clusterings.

    Raises:
        ValueError: `affinity` is not as said.
    """
    block = block_to_split(grouping, caps)
    if block is None:
        return None
    place, tasks = grouping.blocks.index(block), grouping.tasks
    behind = grouping.partitions[place + 1 :]
    branches = np.array(labels_of(behind[0], tasks)) if behind else np.arange(len(tasks))
    cost = table.blocks[block] / max(table.blocks.values())
    groups = fafs_step(checked_affinity(affinity, tasks), branches, cost, alpha, caps[place], seed)
    if groups.max() == 0:
        return None
    partitions = [*grouping.partitions[:place], partition_from_labels(groups.tolist(), tasks), *behind]
    return Grouping(tasks, grouping.blocks, partitions, encoder=grouping.encoder)
