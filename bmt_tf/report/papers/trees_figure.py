"""All trees of a granularity in pictures: what they cost, and how badly they join dissimilar tasks against that."""

import dataclasses
import json
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from bmt_tf.affinity import AffinityResult
from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.palette import INK
from bmt_tf.report.figures.gain import METHODS
from bmt_tf.report.figures.style import CHOSEN, FAINT
from bmt_tf.report.papers.tree_cloud import all_trees
from bmt_tf.report.study import Front, Study
from bmt_tf.report.trees import method_of
from bmt_tf.report.wording import axis_label, unit_of
from bmt_tf.search import clustering_cost

MOST_TASKS = 8
MOST_DRAWN = 500  # marks that a picture holds as such; more are drawn as pixels


@dataclasses.dataclass(frozen=True, eq=False)
class Paths:
    """The trees of rising budget that methods choose by one affinity and one table of costs.

    Args:
        name: Where the affinity is.
        affinity: The affinity.
        costs: What the parts of trees cost.
        fronts: Front by method; that of bmn is always there.
    """

    name: str
    affinity: AffinityResult
    costs: CostTable
    fronts: dict[str, Front]


def paths_of(study: Study) -> list[Paths]:
    """Returns the paths of a study: one per affinity and unit of costs, with that of fafs if it has one.

    Args:
        study: The study; fronts whose costs are not stored, and those of other blocks or tasks, are left out.
    """
    found = []
    for name, affinity in study.affinities.items():
        fits = [front for front in study.fronts if _fits(front, affinity)]
        for unit in dict.fromkeys(front.unit for front in fits):
            by_method: dict[str, list[Front]] = {}
            for front in (front for front in fits if front.unit == unit):
                by_method.setdefault(method_of(front.chosen), []).append(front)
            if "bmn" in by_method:
                fronts = {
                    method: _of_all_budgets(by_method[method]) for method in ("bmn", "fafs") if method in by_method
                }
                found.append(Paths(name, affinity, by_method["bmn"][0].costs, fronts))
    # An affinity that is the mean of others comes with theirs: the choice was made by the mean, which is read first.
    return [
        one for number, one in enumerate(found) if one.fronts["bmn"] not in [p.fronts["bmn"] for p in found[:number]]
    ]


def _of_all_budgets(fronts: Sequence[Front]) -> Front:
    """Returns the first of fronts that differ in the budget alone, with the choices of all of them."""
    chosen = {(point.cost, point.partitions) for front in fronts for point in front.points if point.chosen}
    points = (dataclasses.replace(point, chosen=(point.cost, point.partitions) in chosen) for point in fronts[0].points)
    return dataclasses.replace(fronts[0], points=tuple(points))


def _fits(front: Front, affinity: AffinityResult) -> bool:
    if front.costs is None or front.chosen is None:
        return False
    return tuple(front.costs.blocks) == affinity.blocks and set(front.costs.heads) == set(affinity.tasks)


def draw_tree_costs(axes: Axes, costs: CostTable, shared: int) -> None:
    """Draws how many trees there are of each cost, with their numbers of parts where these are one.

    Args:
        axes: Where to.
        costs: What the parts of trees cost.
        shared: Number of first blocks that all trees share.
    """
    trees = all_trees(costs, shared=shared)
    divisor = unit_of(costs.unit).divisor
    values, first, count = np.unique(trees.costs, return_index=True, return_counts=True)
    for row, (value, place, number) in enumerate(zip(values / divisor, first, count, strict=True)):
        parts = " ".join(map(str, [1] * shared + trees.branches[place].tolist()))
        axes.plot(value, row, "|", ms=9, mew=2, color=INK)
        text = f"{parts}: {number} tree{'s' if number > 1 else ''}"
        axes.annotate(text, (value, row), (7, 0), textcoords="offset points", va="center", fontsize=7, color=INK)
    axes.set_ylim(len(values), -1)
    axes.set_yticks([])
    axes.set_ylabel(f"all {len(trees.costs)} trees")
    axes.set_xlabel(axis_label(costs.unit))


def draw_paths(axes: Axes, paths: Paths) -> None:
    """Draws all trees of a granularity by cost and clustering cost, and the paths of choices over budgets.

    Args:
        axes: Where to.
        paths: The paths; of more than 8 tasks there are too many trees, and the paths are drawn alone.
    """
    costs = dataclasses.replace(paths.costs, heads={task: paths.costs.heads[task] for task in paths.affinity.tasks})
    divisor = unit_of(costs.unit).divisor
    if len(costs.heads) <= MOST_TASKS:
        trees = all_trees(costs, paths.affinity.dissimilarity)
        whole = trees.places == len(costs.blocks)
        where = "" if whole else f" that part at {trees.places} of {len(costs.blocks)} blocks"
        label = f"all {len(trees.costs):,} trees{where}"
        many = len(trees.costs) > MOST_DRAWN
        look = {"ms": 2.5 if many else 5, "color": FAINT, "alpha": 0.4 if many else 0.8, "mew": 0, "rasterized": many}
        axes.plot(trees.costs / divisor, trees.scores, "o", label=label, **look)
    for method, front in paths.fronts.items():
        scores = [point.score for point in front.points]
        if method != "bmn":
            scores = [_score(point.partitions, front.chosen, paths.affinity) for point in front.points]
        at = [point.cost / divisor for point in front.points]
        axes.step(at, scores, "-o", where="post", ms=3, lw=1.2, color=METHODS[method], label=f"path of {method}")
        for point, x, y in zip(front.points, at, scores, strict=True):
            if point.chosen:
                axes.plot(x, y, "o", ms=11, mfc="none", mec=CHOSEN, mew=2)
    axes.set_xlabel(axis_label(costs.unit))
    axes.set_ylabel("clustering cost (less is better)")
    axes.set_title(f"choices by {paths.name}; rings: what was chosen for the budgets", fontsize=9)
    axes.legend(loc="upper right", fontsize=8)


def _score(partitions: str, like: Grouping, affinity: AffinityResult) -> float:
    """Returns the clustering cost of a tree that is given as JSON, over the tasks and blocks of another."""
    tree = Grouping(like.tasks, like.blocks, json.loads(partitions))
    places = [affinity.tasks.index(task) for task in tree.tasks]
    return clustering_cost(affinity.dissimilarity[:, places][:, :, places], tree)
