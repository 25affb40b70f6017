"""What a training run is told of a tree that grows while it is trained."""

import dataclasses
from collections.abc import Iterator, Mapping

from bmt_tf.runs.settings import Pair, Rule, Settings, setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class WideningSettings(Settings):
    """Dynamic widening: training begins with every block shared, and splits blocks from the last one to the first.

    Source: Lu et al., CVPR 2017 (published code); BMN, table 3 (Branch-32-2.0).

    Args:
        widen_alpha: What a group of tasks that find unlike images hard may cost, in branches of the dearest block; the
            higher, the more branches. 0 trains the tree that is given, without widening.
        widen_every: Updates between two looks at whether the block is split whose turn it is.
        widen_decay: Share of what was seen before that the running means of who finds what hard keep at an update.
        widen_caps: How many branches a block may have at most: one number for all blocks, or one for each block in
            order; empty for as many as there are tasks, and of a thin network for as many as are as wide as the network
            it is a thin form of.
    """

    widen_alpha: float = setting(0.0, may_differ=Pair.SCORES)
    widen_every: int = setting(1000, may_differ=Pair.SCORES)
    widen_decay: float = setting(0.99, may_differ=Pair.SCORES)
    widen_caps: tuple[int, ...] = setting((), may_differ=Pair.SCORES)

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "widen_alpha", 0 <= self.widen_alpha < float("inf"), "be finite and not negative"
        yield "widen_every", self.widen_every >= 1, "be at least 1"
        yield "widen_decay", 0 <= self.widen_decay < 1, "be at least 0 and below 1"
        yield "widen_caps", all(cap >= 1 for cap in self.widen_caps), "be at least 1 for every block"

    @property
    def widens(self) -> bool:
        """Whether the tree grows."""
        return self.widen_alpha > 0

    def caps(self, blocks: Mapping[str, int]) -> tuple[int, ...]:
        """Returns how many branches each block may have.

        Args:
            blocks: How many each block may have where `widen_caps` is empty, by name.

        Raises:
            ValueError: The caps are of another number of blocks.
        """
        if len(self.widen_caps) not in (0, 1, len(blocks)):
            raise ValueError(
                f"`widen_caps` must be one number for all blocks, or one for each of the {len(blocks)}: "
                f"{', '.join(blocks)}. Received: widen_caps={self.widen_caps}."
            )
        caps = self.widen_caps or tuple(blocks.values())
        return caps * len(blocks) if len(caps) == 1 else caps
