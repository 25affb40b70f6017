"""How sure a chosen tree is: what trees the bootstrap's draws led to, block by block, in numbers and in words."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bmt_tf.grouping import Grouping

_SHOWN = 6  # tasks of a part that are named

UNDECIDED_MEANS = (
    "Undecided is a block whose chosen pairs are joined in fewer draws than halfway from chance to all of them; chance "
    "is the share that any two tasks have at the block, or one half where all tasks are joined, or none."
)


@dataclass(frozen=True)
class BlockCertainty:
    """How sure the choice is at one block.

    Args:
        block: Name of the block.
        parts: The parts of two or more tasks that were chosen there.
        part_shares: For each of them the share of draws, in [0, 1], that join its least sure pair.
        share: The least of them; where every task is alone, the share of draws of which this is known at least.
        chance: The share that would be expected if the tasks changed places at random, in [0, 1].
    """

    block: str
    parts: tuple[tuple[str, ...], ...]
    part_shares: tuple[float, ...]
    share: float
    chance: float

    @property
    def undecided(self) -> bool:
        """Whether the choice is near chance (see `UNDECIDED_MEANS`)."""
        return self.share <= self.chance or self.share < (1 + self.chance) / 2

    @property
    def words(self) -> str:
        """The choice with its share of the draws, such as `depth + edge joined in 38 % of the draws, ...`."""
        if self.parts:
            named = zip(self.parts, self.part_shares, strict=True)
            joined = ", ".join(f"{_in_words(part)} joined in {share:.0%}" for part, share in named)
        else:
            joined = f"every task alone in {self.share:.0%}"
        undecided = f", by chance {self.chance:.0%}: undecided" if self.undecided else ""
        return f"{joined} of the draws{undecided}".replace("%", " %")


def tree_certainty(together: Sequence | np.ndarray, grouping: Grouping) -> tuple[BlockCertainty, ...]:
    """Returns how sure a chosen tree is at each of its blocks.

    Args:
        together: `[L, T, T]` in [0, 1], the share of bootstrap draws whose tree joins two tasks at a block, as from
            `pairs_together` and in `choice.json`; in the order of the tree's tasks.
        grouping: The chosen tree, of L blocks and T tasks.

    Returns:
        One value per block, in the order of the blocks.

    Raises:
        ValueError: `together` is not of this tree's blocks and tasks, or holds something else than shares.
    """
    shares = np.asarray(together, np.float64)
    wanted = (len(grouping.blocks), len(grouping.tasks), len(grouping.tasks))
    if shares.shape != wanted:
        raise ValueError(f"`together` must be [L, T, T] = {list(wanted)}, as the tree. Received: shape={shares.shape}.")
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(
            f"`together` must hold shares from 0 to 1. Received: values from {shares.min()} to {shares.max()}."
        )
    return tuple(
        _certainty(block, partition, grouping.tasks, share)
        for block, partition, share in zip(grouping.blocks, grouping.partitions, shares, strict=True)
    )


def certainty_lines(blocks: Sequence[BlockCertainty]) -> tuple[str, ...]:
    """Returns what a person reads of how sure a tree is: the sum of it first, then the blocks, like ones in one line.

    Args:
        blocks: As from `tree_certainty`.
    """
    undecided = [number for number, block in enumerate(blocks) if block.undecided]
    if undecided:
        first = f"The draws leave {len(undecided)} of {len(blocks)} blocks undecided: {_names(blocks, undecided)}."
    else:
        first = "The draws agree with the choice at every block."
    lines = [first]
    for words, run in itertools.groupby(range(len(blocks)), lambda number: blocks[number].words):
        lines.append(f"{_names(blocks, list(run))}: {words}")
    return tuple(lines)


def _certainty(block: str, partition, tasks: Sequence[str], shares: np.ndarray) -> BlockCertainty:
    """Returns the certainty of a partition, from the shares `[T, T]` of its block."""
    parts = tuple(part for part in partition if len(part) > 1)
    places = [[tasks.index(task) for task in part] for part in parts]
    part_shares = tuple(float(shares[np.ix_(part, part)].min()) for part in places)
    pairs = shares[np.triu_indices(len(tasks), 1)]
    # A draw counts once for each pair that it joins: the share of draws that join any is at most the sum.
    share = min(part_shares) if parts else max(0.0, 1.0 - float(pairs.sum()))
    all_or_none = len(partition) in (1, len(tasks))
    return BlockCertainty(block, parts, part_shares, share, 0.5 if all_or_none else float(pairs.mean()))


def _in_words(part: Sequence[str]) -> str:
    """Returns the tasks of a part, the first of many and how many more there are."""
    shown = part if len(part) <= _SHOWN else part[: _SHOWN - 1]
    more = len(part) - len(shown)
    return " + ".join(shown) + (f" + {more} more" if more else "")


def _names(blocks: Sequence[BlockCertainty], numbers: Sequence[int]) -> str:
    """Returns the names of blocks, those in a row as `first to last`."""
    rows = []
    for _, row in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        names = [blocks[number].block for _, number in row]
        rows.append(names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}")
    return ", ".join(rows)
