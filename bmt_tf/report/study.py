"""What a report shows of a study, as values. `reading.py` makes them of the folders."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bmt_tf.affinity import AffinityResult, BlockCertainty
from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.report.searches import Search
from bmt_tf.report.tables import SINGLE, Repetition
from bmt_tf.report.trees import form_of, method_of, repetition_of
from bmt_tf.runs import Run
from bmt_tf.runs.settings import Pair


@dataclass(frozen=True)
class Score:
    """What a run reached on one task: the value is NaN if there is none, `images` had a label."""

    measure: str
    value: float
    unit: str
    images: int
    lower_is_better: bool


@dataclass(frozen=True)
class ReportedRun:
    """A run of a network as a report shows it: the run itself, with what could be read of its results.

    Args:
        name: Path below the study's folder.
        run: The run; None where its settings could not be read.
        grouping: The tree; None if there is none, as in networks that share softly.
        scores: Score by task; empty before evaluation.
        cost: Cost by unit, of the whole network.
        delta: Content of `delta_m` in the metrics; empty if it was not computed.
        split: Split that was scored.
        images: How many images it has; 0 if not stored.
        step: Number of updates of the scored weights.
        seconds_per_step: Time of a training step; NaN if not stored.
        panels: Paths of the pictures of predictions.
        served: Milliseconds by the name of the format that it was exported to, of those that were evaluated.
    """

    name: str
    run: Run | None = None
    grouping: Grouping | None = None
    scores: Mapping[str, Score] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)
    delta: Mapping[str, Any] = field(default_factory=dict)
    split: str = ""
    images: int = 0
    step: int = 0
    seconds_per_step: float = math.nan
    panels: tuple[str, ...] = ()
    served: Mapping[str, float] = field(default_factory=dict)

    @property
    def seed(self) -> int | None:
        """The seed of the run, if its settings are known."""
        return self.run.settings.seed if self.run else None

    @property
    def tasks(self) -> frozenset[str]:
        """The tasks of the network."""
        named = self.grouping.tasks if self.grouping else self.run.settings.tasks if self.run else self.scores
        return frozenset(named)

    @property
    def sharing(self) -> str:
        """How its tasks share where that is not by a tree, in a few words; empty if it has a tree, or may have."""
        return "" if self.run is None or self.run.settings.has_tree else self.run.settings.sharing_text

    @property
    def heads(self) -> frozenset[tuple[str, str]]:
        """The heads of its tasks, (task, head), where they differ from those that the data gives."""
        return frozenset(self.run.settings.heads.items()) if self.run else frozenset()

    @property
    def single(self) -> bool:
        """Whether this is the network of a single task."""
        return len(self.tasks) == 1

    @property
    def method(self) -> str:
        """How its tree was found, or its way of soft sharing; `single` for the network of a single task."""
        if self.single:
            return SINGLE
        return self.run.settings.network if self.run and self.sharing else method_of(self.grouping)

    @property
    def compared(self) -> dict[str, Any]:
        """Name -> value of the settings that are equal in all runs of one table; empty if they are not known."""
        if self.run is None:
            return {}
        # What was learned stands first, how it was learned after it.
        settings, contents = self.run.settings, self.run.contents
        learned = {"data": (contents["data"] or {}).get("name", settings.data), "weights": contents["weights"]}
        how = {name: getattr(settings, name) for name in settings.equal_in(Pair.SCORES)}
        return learned | how | {"extended": tuple(contents["extended"])}

    @property
    def table_key(self) -> tuple:
        """What must be equal for two runs to stand in one table: settings, data, what was scored, after which step."""
        data = self.run.record.get("data", {}) if self.run else {}
        return (*self.compared.values(), data.get("fingerprint", ""), self.split, self.images, self.step)

    @property
    def repetition(self) -> Repetition | None:
        """What is equal in networks of one table that differ by chance alone; None where it is not known."""
        if self.run is None or not (self.grouping or self.sharing):
            return None
        settings = self.run.settings
        values = [(name, _in_order(getattr(settings, name))) for name in settings.equal_in(Pair.CHANCE)]
        kept = (type(settings).__name__, repr(values))
        if not self.grouping:
            return Repetition(kept, self.sharing)
        return Repetition(kept, repetition_of(self.grouping), form_of(self.grouping))


def _in_order(value: Any) -> Any:
    """Returns a setting's value such that equal ones are written alike."""
    return sorted(value.items()) if isinstance(value, Mapping) else value


@dataclass(frozen=True)
class FrontPoint:
    """One tree of a trade-off front.

    Args:
        cost: Its cost, in the front's unit.
        score: Its clustering cost, its negative log-likelihood, or its separation (fafs).
        chosen: Whether it was chosen for the budget.
        branches: Number of parts at each block, as text.
        partitions: The tree's partitions, as JSON; empty if they are not stored.
    """

    cost: float
    score: float
    chosen: bool
    branches: str
    partitions: str = ""


@dataclass(frozen=True)
class Front:
    """A trade-off front.

    Args:
        name: Path of its folder below the study's folder.
        points: Trees by rising cost.
        unit: Unit of the costs; empty if the folder has no tree that says so.
        chosen: The tree that was chosen; None if the folder has none.
        search: Directory of the search whose likely trees these are; empty for a front of another kind.
        certainty: How sure the choice is, block by block; empty where no draws of a bootstrap are stored.
        costs: What the trees' parts cost; None where that is not stored.
    """

    name: str
    points: tuple[FrontPoint, ...]
    unit: str = ""
    chosen: Grouping | None = None
    search: str = ""
    certainty: tuple[BlockCertainty, ...] = ()
    costs: CostTable | None = None


@dataclass(frozen=True)
class Study:
    """Everything found below one folder.

    Args:
        name: Name of the folder.
        runs: Runs of networks, by name.
        affinities: Affinity results by the name of their folder.
        fronts: Trade-off fronts.
        searches: Finished differentiable searches.
        remarks: What is missing or could not be read, one sentence each.
    """

    name: str
    runs: tuple[ReportedRun, ...]
    affinities: Mapping[str, AffinityResult]
    fronts: tuple[Front, ...]
    searches: tuple[Search, ...]
    remarks: tuple[str, ...]

    @property
    def trees(self) -> list[tuple[str, Grouping]]:
        """The trees of several tasks, each with the name of the run, search or front that has it."""
        named = [(run.name, run.grouping) for run in self.runs if not run.single]
        named += [(search.name, search.tree) for search in self.searches]
        named += [(front.name, front.chosen) for front in self.fronts]
        return [(name, tree) for name, tree in named if tree is not None]
