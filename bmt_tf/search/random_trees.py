"""Trees drawn uniformly from all those of about one cost, for any number of tasks.

Seen from the last block to the first, a tree is a partition of the tasks whose parts are joined, then joined further.
The number of ways to join `n` parts into `m` is the Stirling number S(n, m), whichever parts they are. So trees are
counted by their numbers of parts alone, and drawn exactly: first the numbers of parts, then the parts.
"""

from collections.abc import Sequence

import numpy as np

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.search.enumeration import stirling
from bmt_tf.search.points import tree_from_labels

_DRAWS = 1000
_FINENESS = 8  # the counting knows a tree's cost to within an eighth of what is allowed


def random_grouping(
    tasks: Sequence[str], blocks: Sequence[str], table: CostTable, cost: float, tolerance: float, seed: int
) -> Grouping:
    """Returns a tree drawn uniformly from all trees whose cost is within a tolerance of the given one.

    Trees are counted by costs rounded to a grid, with a margin for the rounding; a drawn tree whose true cost is out of
    tolerance is drawn again, so that what stays is uniform.

    Args:
        tasks: Names of the `T` tasks.
        blocks: Names of the `L` blocks, those of the table.
        table: Costs of stem, blocks and heads, as from `cost_table`.
        cost: The cost to come near to, in the table's unit.
        tolerance: Largest deviation allowed, as a fraction of `cost`, such as 0.02.
        seed: Seed of the draw.

    Raises:
        ValueError: `cost` or `tolerance` is out of range, or no tree was found within the tolerance.
    """
    table.check(tasks, blocks)
    if not (cost > 0 and 0 < tolerance < 1):
        raise ValueError(
            "`cost` must be above 0 and `tolerance` a fraction between 0 and 1. "
            f"Received: cost={cost}, tolerance={tolerance}"
        )
    allowed = tolerance * cost
    step = 2 * allowed / (_FINENESS * len(blocks))
    extra = np.outer(list(table.blocks.values()), np.arange(len(tasks))) / step  # of n parts at l, over one part
    target, margin = (cost - table.shared()) / step, (1 + 1 / _FINENESS) * allowed / step
    counts = _Counts(np.rint(extra).astype(np.int64), max(0, int(target - margin)), int(target + margin))
    random = np.random.default_rng(seed)
    for _ in range(_DRAWS if counts.any() else 0):
        tree = tree_from_labels(_random_labels(counts.draw(random), len(tasks), random), tasks, table)
        if abs(table.cost(tree) - cost) <= allowed:
            return tree
    raise ValueError(
        f"`cost` must be near that of some tree; they cost {table.shared():.12g} to {table.separate():.12g} "
        f"{table.unit}. Received: cost={cost}, tolerance={tolerance}, within which no tree was found"
    )


class _Counts:
    """How many trees have which numbers of parts, for every total of rounded extra costs.

    `extra`, int64 `[L, T]`, is the rounded cost of `n + 1` parts at a block over that of one; trees to draw have a
    total from `least` to `most`.
    """

    def __init__(self, extra: np.ndarray, least: int, most: int):
        blocks, tasks = extra.shape
        self.extra, self.least, self.stirling = extra, least, np.array(stirling(tasks), np.float64)
        self.ways = np.zeros((blocks, tasks, max(0, most + 1)))  # of the blocks before, given n parts here; scaled
        before = np.zeros_like(self.ways[0])
        before[0, :1] = 1
        for ways, costs in zip(self.ways, extra, strict=True):
            joined = self.stirling[1:, 1:] @ before
            for row, source, cost in zip(ways, joined, costs, strict=True):
                row[cost:] = source[: max(0, len(source) - cost)]
            before = ways / max(ways.max(initial=0), 1e-300)
            ways[:] = before
        self.last = self.stirling[tasks, 1:, None] * self.ways[-1][:, least:]

    def any(self) -> bool:
        """Returns whether there is a tree to draw."""
        return bool((self.last > 0).any())

    def draw(self, random: np.random.Generator) -> list[int]:
        """Returns the numbers of parts of a tree, the first block's first."""
        number, total = np.unravel_index(_pick(self.last.ravel(), random), self.last.shape)
        total, found = total + self.least, [int(number) + 1]
        for block in range(len(self.ways) - 1, 0, -1):
            total -= self.extra[block, found[0] - 1]
            weights = self.stirling[found[0], 1:] * self.ways[block - 1][:, total]
            found.insert(0, _pick(weights, random) + 1)
        return found


def _pick(weights: np.ndarray, random: np.random.Generator) -> int:
    """Returns an index drawn in proportion to the weights."""
    sums = np.cumsum(weights)
    return int(np.searchsorted(sums, random.random() * sums[-1], side="right"))


def _random_labels(parts: list[int], tasks: int, random: np.random.Generator) -> np.ndarray:
    """Returns labels `[L, T]` of a tree with the given numbers of parts, each such tree alike likely."""
    table = np.array(stirling(tasks), np.float64)
    labels = [np.arange(tasks)]
    for count in reversed(parts):
        joined = _random_partition(int(labels[0].max()) + 1, count, table, random)
        labels.insert(0, joined[labels[0]])
    return np.stack(labels[:-1])


def _random_partition(things: int, parts: int, table: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Returns a uniformly drawn partition into exactly `parts` parts, int64 `[things]`."""
    opens = np.zeros(things, bool)  # from the last thing to the first: does it have a part of its own, so far?
    left = parts
    for thing in range(things - 1, -1, -1):
        opens[thing] = random.random() * table[thing + 1, left] < table[thing, left - 1]
        left -= opens[thing]
    opened = np.cumsum(opens)
    return np.array([opened[i] - 1 if opens[i] else random.integers(opened[i]) for i in range(things)])
