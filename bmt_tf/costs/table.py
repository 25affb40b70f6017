"""The cost table: what the stem, each block and each head cost, and so what any tree costs."""

import dataclasses
import math
from collections.abc import Mapping

from bmt_tf.grouping import Grouping


@dataclasses.dataclass(frozen=True)
class CostTable:
    """Costs that add up over the parts of a network, in one unit.

    A tree costs the stem, for each block its cost times the number of parts, and the heads. Counts stay integers, so
    sums of them are exact. Source: BMTAS, sec. 3.3.

    Args:
        unit: "parameters" (trainable), "multiply_adds" (one per multiply-accumulate), "paper_multiply_adds" (the
            papers' counter), "milliseconds", or a unit of your own.
        stem: Cost of what comes before the first block.
        blocks: Name -> cost of one copy of each of the `L` blocks, in encoder order.
        heads: Name of each of the `T` tasks -> cost of its head.

    Raises:
        TypeError: A cost is not a number, or `blocks` or `heads` is not a mapping.
        ValueError: A cost is negative or not finite, or there is no unit, block or head.
    """

    unit: str
    stem: float
    blocks: dict[str, float]
    heads: dict[str, float]

    def __post_init__(self):
        if not isinstance(self.unit, str) or not self.unit:
            raise ValueError(f"`unit` must be the name of a unit. Received: unit={self.unit!r}")
        object.__setattr__(self, "stem", _cost(self.stem, "stem"))
        for name in ("blocks", "heads"):
            values = getattr(self, name)
            if not isinstance(values, Mapping):
                raise TypeError(f"`{name}` must be a dict of costs by name. Received: {name}={values!r}")
            if not values:
                raise ValueError(f"`{name}` must name at least one of them. Received: {name}={values!r}")
            object.__setattr__(self, name, {key: _cost(cost, f"{name}[{key!r}]") for key, cost in values.items()})

    def cost(self, grouping: Grouping) -> float:
        """Returns the cost of a tree, its stem counted once.

        Args:
            grouping: A tree; its blocks must be those of the table, its tasks too, in any order.
        """
        self.check(grouping.tasks, grouping.blocks)
        return self._total(grouping.branches)

    def shared(self) -> float:
        """Returns the cost of the network that shares every block: no tree is cheaper."""
        return self._total([1] * len(self.blocks))

    def separate(self) -> float:
        """Returns the cost of the tree that shares the stem only."""
        return self._total([len(self.heads)] * len(self.blocks))

    def single(self) -> float:
        """Returns the cost of `T` whole single-task networks, each with a stem of its own."""
        return self.separate() + (len(self.heads) - 1) * self.stem

    def check(self, tasks, blocks=None) -> None:
        """Checks that tasks, and blocks if given, are those of the table.

        Args:
            tasks: Names of tasks, in any order.
            blocks: Names of blocks, in encoder order.

        Raises:
            ValueError: They differ.
        """
        if len(tasks) != len(self.heads) or set(tasks) != set(self.heads):
            raise ValueError(f"`tasks` must be those of the cost table, {list(self.heads)}. Received: {list(tasks)}")
        if blocks is not None and list(blocks) != list(self.blocks):
            raise ValueError(f"`blocks` must be those of the cost table, {list(self.blocks)}. Received: {list(blocks)}")

    def to_dict(self) -> dict:
        """Returns the table as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> "CostTable":
        """Returns the table that `to_dict` wrote.

        Args:
            values: A dict with the keys "unit", "stem", "blocks" and "heads".

        Raises:
            ValueError: A key is missing or unknown.
        """
        wanted = [field.name for field in dataclasses.fields(cls)]
        if set(values) != set(wanted):
            raise ValueError(f"a cost table must have the keys {wanted}. Received: {sorted(values)}")
        return cls(**values)

    def _total(self, branches) -> float:
        blocks = sum(count * cost for count, cost in zip(branches, self.blocks.values(), strict=True))
        return self.stem + blocks + sum(self.heads.values())


def _cost(value, where: str) -> float:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"`{where}` must be a number. Received: {value!r}")
    if not 0 <= value < math.inf:
        raise ValueError(f"`{where}` must be a finite cost of at least 0. Received: {value!r}")
    return value
