"""What a training run is told of the kind of its network, and of soft sharing."""

import dataclasses
from collections.abc import Iterator

from bmt_tf import _files as files
from bmt_tf.runs.settings import Pair, Rule, Settings, setting

BRANCHED = "branched"
# What each kind of network is called in a report.
NETWORKS = {BRANCHED: "a tree", "cross_stitch": "cross-stitch units", "nddr": "NDDR units", "mtan": "MTAN's attention"}
WITH_UNITS = ("cross_stitch", "nddr")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SharingSettings(Settings):
    """The kind of network, and how tasks share where that is not by a tree.

    Args:
        network: Kind of network: `branched` (a tree, see `grouping`), `cross_stitch` or `nddr` (a whole network per
            task, with units that combine their features) or `mtan` (one encoder, with attention per task).
        own_share: Share of a task's own features in the units of `cross_stitch` and `nddr` at the start; the other
            tasks share the rest evenly.
        per_channel: Whether cross-stitch units have weights per channel, not one per pair of tasks.
        stages_only: Whether there are units after the encoder's stages only, not after the stem too.
        unit_rate: Factor of the learning rate for the units of `cross_stitch` and `nddr`, their norms included, which
            have no weight decay.
        start_from: Finished single-task runs, or folders of them, one run per task, whose stem, blocks and head each
            task of `cross_stitch` or `nddr` starts from; none to start like a branched network.
        match_norms: Whether the batch norms in the units of `nddr` start with the scale and shift that undo them on the
            first batch, not with 1 and 0 as published.
    """

    network: str = setting(BRANCHED, may_differ=Pair.SCORES)
    own_share: float = setting(0.8, may_differ=Pair.SCORES)
    per_channel: bool = setting(False, may_differ=Pair.SCORES)
    stages_only: bool = setting(False, may_differ=Pair.SCORES)
    unit_rate: float = setting(100.0, may_differ=Pair.SCORES)
    # Repetitions start each from single-task networks of its own seed.
    start_from: tuple[str, ...] = setting((), may_differ=Pair.SCORES | Pair.SINGLES | Pair.CHANCE)
    match_norms: bool = setting(False, may_differ=Pair.SCORES)

    def __post_init__(self):
        object.__setattr__(self, "start_from", tuple(files.absolute(path) for path in self.start_from))
        super().__post_init__()

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "network", self.network in NETWORKS, f"be one of {tuple(NETWORKS)}"
        yield "own_share", float("-inf") < self.own_share < float("inf"), "be a finite number"
        yield "unit_rate", 0 < self.unit_rate < float("inf"), "be positive"
        yield "per_channel", not self.per_channel or self.network == "cross_stitch", "go with `network` cross_stitch"
        for name in ("stages_only", "start_from"):
            holds = not getattr(self, name) or self.network in WITH_UNITS
            yield name, holds, f"go with `network` {' or '.join(WITH_UNITS)}, not {self.network}"
        yield "match_norms", not self.match_norms or self.network == "nddr", "go with `network` nddr"

    @property
    def has_tree(self) -> bool:
        """Whether the network is that of a tree."""
        return self.network == BRANCHED

    @property
    def sharing_text(self) -> str:
        """How tasks share where that is not by a tree, in a few words."""
        if self.network not in WITH_UNITS:
            return "" if self.has_tree else f"soft sharing by {NETWORKS[self.network]}"
        said = [f"soft sharing by {NETWORKS[self.network]}", f"own share {self.own_share:g}"]
        said += ["weights per channel"] if self.per_channel else []
        said += ["after stages only"] if self.stages_only else []
        said += ["norms matched"] if self.match_norms else []
        said += ["from single-task networks"] if self.start_from else []
        return ", ".join([*said, f"units at {self.unit_rate:g} times the rate"])
