"""All trees there are, numbered, and how many that makes for any number of tasks and blocks.

A tree is a chain of partitions, one per block, each of which refines the one before it. Trees are numbered by their
partitions, in the lexicographic order of these, the first block's first: number 0 shares every block, those that share
the first block stand before all others, and the last one shares none.
"""

from collections.abc import Sequence

import numpy as np

from bmt_tf.grouping import Grouping, all_partitions
from bmt_tf.search.front_engine import lattice

MOST_TREES = 5_000
_MOST_DIGITS = 15  # of a number that is written out


def all_groupings(tasks: Sequence[str], blocks: Sequence[str]) -> tuple[Grouping, ...]:
    """Returns all trees of tasks over blocks, by their numbers.

    Source: BMN, sec. 4.1, where all that part in the last three of four stages are trained; of three tasks over four
    stages these are the first 22 of 35.

    Args:
        tasks: Names of the `T` tasks.
        blocks: Names of the `L` blocks, or of the stages where tasks may part only between these.

    Raises:
        ValueError: There are too many trees to list them.
    """
    count = number_of_trees(len(tasks), len(blocks))
    if count > MOST_TREES:
        digits = len(str(count))
        number = f"{count:,}" if digits <= _MOST_DIGITS else f"about 10^{digits - 1}"
        raise ValueError(
            f"`tasks` over `blocks` must make at most {MOST_TREES:,} trees for all to be listed; tasks that part only "
            f"between stages make fewer. Received: {number}, of {len(tasks)} tasks over {len(blocks)} blocks."
        )
    partitions = all_partitions(tasks)
    chains = tree_chains(len(tasks), len(blocks)).tolist()
    return tuple(Grouping(tasks, blocks, [partitions[number] for number in chain]) for chain in chains)


def number_of_trees(tasks: int, blocks: int) -> int:
    """Returns how many trees there are, exactly.

    Seen from the last block to the first, the parts of a tree are joined, then joined further; so trees are counted by
    their numbers of parts alone.

    Args:
        tasks: The number `T` of tasks.
        blocks: The number `L` of blocks.
    """
    joined = stirling(tasks)
    ways = joined[tasks]  # by the number of parts at the last block
    for _ in range(blocks - 1):
        ways = [
            sum(joined[parts][fewer] * ways[parts] for parts in range(fewer, tasks + 1)) for fewer in range(tasks + 1)
        ]
    return sum(ways)


def tree_chains(tasks: int, blocks: int) -> np.ndarray:
    """Returns all trees by their numbers, int64 `[N, L]`: the number of the partition at each block, as in the lattice.

    Args:
        tasks: The number `T` of tasks, at most 8.
        blocks: The number `L` of blocks, or of other places to part at.
    """
    finer = _finer(lattice(tasks).labels)
    chains = np.arange(len(finer))[:, None]
    for _ in range(blocks - 1):
        onward = [np.flatnonzero(finer[last]) for last in chains[:, -1]]
        chains = np.column_stack([np.repeat(chains, [len(one) for one in onward], axis=0), np.concatenate(onward)])
    return chains


def stirling(largest: int) -> list[list[int]]:
    """Returns the numbers S(n, k) of partitions of `n` things into `k` parts, by `n` and `k` up to the largest."""
    table = [[0] * (largest + 1) for _ in range(largest + 1)]
    table[0][0] = 1
    for n in range(1, largest + 1):
        for k in range(1, n + 1):
            table[n][k] = table[n - 1][k - 1] + k * table[n - 1][k]
    return table


def _finer(labels: np.ndarray) -> np.ndarray:
    """Returns bool `[P, P]`, whether the second partition parts every pair that the first one parts."""
    pairs = np.triu_indices(labels.shape[1], 1)
    joined = (labels[:, pairs[0]] == labels[:, pairs[1]]) @ (1 << np.arange(len(pairs[0])))
    return (joined[None, :] & ~joined[:, None]) == 0
