"""Finished differentiable searches, and which of them a front of likely trees was made from."""

import math
import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bmt_tf.grouping import Grouping
from bmt_tf.report.trees import method_of
from bmt_tf.runs import Run
from bmt_tf.search import tree_surprise
from bmt_tf.search.alpha_file import AlphaHistory


@dataclass(frozen=True, eq=False)
class Search:
    """One finished search.

    Args:
        name: Path of its folder below the study's folder.
        history: Alpha at the end and on the way.
        tree: The tree of the most likely routing.
        cost: Its cost, in `unit`; NaN if it is not stored.
        unit: Unit of costs; empty if it is not stored.
        trade_off: Lambda; NaN if it is not stored.
        run: The run of the search; None where its settings could not be read.
        weighting: How its losses were weighed; empty if it is not stored.
        weights: Weights of the losses by task; empty if they are not stored.
    """

    name: str
    history: AlphaHistory
    tree: Grouping
    cost: float = math.nan
    unit: str = ""
    trade_off: float = math.nan
    run: Run | None = None
    weighting: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """How its tree was found."""
        return method_of(self.tree)

    @property
    def surprise(self) -> float:
        """The score of its tree on a front of likely trees: the negative log-likelihood."""
        return tree_surprise(self.history.probs, self.tree)


def search_of_front(chosen_by: str, unit: str, searches: Iterable[Search]) -> Search | None:
    """Returns the search that a front was made from, if its tree has a cost in the front's unit.

    `chosen_by` is the search's directory as the front's choice names it; empty for a front of another kind. A study may
    have been moved, so directories are compared by their last name; a single search needs no such name.
    """
    searches = [search for search in searches if math.isfinite(search.cost) and search.unit == unit]
    last = pathlib.PurePath(chosen_by).name
    named = [search for search in searches if last and pathlib.PurePath(search.name).name == last]
    found = named or (searches if last else [])
    return found[0] if len(found) == 1 else None
