"""Finished differentiable searches below a study's folder, and how their trees lie to fronts and affinities."""

import json
import math
import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
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
        config: Content of `config.json`; empty if there is none.
    """

    name: str
    history: AlphaHistory
    tree: Grouping
    cost: float = math.nan
    unit: str = ""
    trade_off: float = math.nan
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def surprise(self) -> float:
        """The score of its tree on a front of likely trees: the negative log-likelihood."""
        return tree_surprise(self.history.probs, self.tree)


def read_search(folder: pathlib.Path, name: str) -> Search:
    """Returns what a search has left.

    Args:
        folder: The run directory, with `alpha.npz` and, if they were written, `grouping.json` and `search.json`.
        name: Its path below the study's folder.

    Returns:
        The search.
    """
    history = AlphaHistory.load(folder / "alpha.npz")
    stored = folder / "grouping.json"
    tree = Grouping.load(stored) if stored.exists() else history.grouping(made_by={"method": "bmtas"})
    facts, config = _object(folder / "search.json"), _object(folder / "config.json")
    numbers = {key: float(facts.get(key, math.nan)) for key in ("cost", "trade_off")}
    return Search(name, history, tree, unit=str(facts.get("unit", "")), config=config, **numbers)


def _object(path: pathlib.Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text())) if path.exists() else {}


def search_of_front(chosen_by: str, unit: str, searches: Iterable[Search]) -> Search | None:
    """Returns the search that a front was made from, if its tree has a cost in the front's unit.

    Args:
        chosen_by: The search's directory as the front's `choice.json` names it; empty for a front of another kind.
        unit: Unit of the front.
        searches: The searches of the study. A study may have been moved, so directories are compared by their last
            name; a single search needs no such name.

    Returns:
        The search, or None.
    """
    searches = [search for search in searches if math.isfinite(search.cost) and search.unit == unit]
    last = pathlib.PurePath(chosen_by).name
    named = [search for search in searches if last and pathlib.PurePath(search.name).name == last]
    found = named or (searches if last else [])
    return found[0] if len(found) == 1 else None


def joined_affinity(result: AffinityResult, tree: Grouping) -> np.ndarray:
    """Returns the mean affinity of the pairs of tasks that a tree has together.

    Args:
        result: The affinities.
        tree: A tree of the same blocks, whose tasks have been measured.

    Returns:
        float64 `[L]`; NaN at blocks where every task is alone.
    """
    places = [result.tasks.index(task) for task in tree.tasks]
    affinity = result.affinity[:, places][:, :, places]
    routing = tree.routing()
    together = np.triu(routing[:, :, None] == routing[:, None, :], 1)
    count = together.sum(axis=(1, 2))
    return np.where(count, (affinity * together).sum(axis=(1, 2)) / np.maximum(count, 1), np.nan)
