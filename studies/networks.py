"""The trees and networks of a study: what each is called, by which seeds it is trained, and which comes first."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from studies.description import Network, Study, Trees


class Chosen(NamedTuple):
    """One tree of those that a study chooses: of which trees it is, for which budget, and which draw."""

    trees: Trees
    budget: str
    draw: int | None


@dataclass(frozen=True)
class Trained:
    """A network that is trained: its name, what it is, in which group of networks it is, and its place there.

    Of a group all networks are trained with one seed, then all with the next; then the next group.
    """

    name: str
    network: Network
    group: int
    place: int


def trees_of(study: Study) -> dict[str, Chosen]:
    """Returns the trees of a study by name."""
    return dict(_trees(study))


def networks_of(study: Study, trees: Mapping[str, Chosen]) -> dict[str, Trained]:
    """Returns the networks of all tasks of a study by name: those it names, those of its trees, then its contrasts.

    Raises:
        ValueError: A contrast names a network that is not there, or two bear one name.
    """
    found, budgets = [], [*_budgets(study), ""]
    for number, (name, network) in enumerate(study.networks.items()):
        found.append(Trained(name, network, 0, number))
    for number, (name, (kind, budget, draw)) in enumerate(trees.items()):
        if kind.train:
            network = Network(grouping=name, seeds=_tree_seeds(study, kind, draw), later=kind.later)
            found.append(Trained(name, network, 1 + budgets.index(budget), number))
    plain = {one.name: one for one in found}
    for folder, contrast in study.contrasts.items():
        for name in contrast.networks:
            known(study, name, plain, "network")
            changed = {"flags": {**plain[name].network.flags, **contrast.flags}, "later": contrast.later}
            network = dataclasses.replace(plain[name].network, **changed)
            network = dataclasses.replace(network, seeds=contrast.seeds or network.seeds)
            group = 1 + len(budgets) + plain[name].group
            found.append(Trained(f"{folder}/{name}", network, group, plain[name].place))
    refuse_twice([one.name for one in found])
    return {one.name: one for one in found}


def tree_name(study: Study, name: str, budget: str) -> str:
    """Returns what a tree of a budget is called, but for its draw; with one budget it bears none."""
    known(study, name, study.trees, "tree")
    return name if len(_budgets(study)) == 1 or not budget else f"{name}_{budget.rstrip('%')}"


def known(study: Study, name: str, among: Mapping[str, Any], what: str) -> None:
    """Refuses the name of a part of a study that is not there.

    Raises:
        ValueError: It is not.
    """
    if name not in among:
        raise ValueError(f"There is no {what} {name!r} in the study {study.name}: {', '.join(among) or 'none'}.")


def refuse_twice(names: Sequence[str]) -> None:
    """Refuses names of which two are alike.

    Raises:
        ValueError: Two are.
    """
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"A study must call each of its parts by a name of its own. Received: {', '.join(twice)} twice."
        )


def _trees(study: Study) -> Iterator[tuple[str, Chosen]]:
    for name, trees in study.trees.items():
        draws = range(trees.draws) if trees.draws else (None,)
        unbounded = trees.like in study.searches or (trees.method == "all" and not trees.budgets)
        budgets = ("",) if unbounded else trees.budgets or study.budgets
        for budget, draw in itertools.product(budgets, draws):
            whole = tree_name(study, name, budget) + ("" if draw is None else f"_{draw}")
            yield whole, Chosen(trees, budget, draw)


def _budgets(study: Study) -> list[str]:
    own = (budget for trees in study.trees.values() for budget in trees.budgets)
    return list(dict.fromkeys([*study.budgets, *own]))


def _tree_seeds(study: Study, trees: Trees, draw: int | None) -> tuple[int, ...]:
    """Returns the seeds of the networks of a tree; none for those of the study."""
    if draw is None or not trees.seed_per_draw:
        return trees.seeds
    seeds = trees.seeds or study.seeds
    return (seeds[draw % len(seeds)],)
