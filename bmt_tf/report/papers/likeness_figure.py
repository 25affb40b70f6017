"""The papers' figures of affinity: along the encoder, and beside the trees of a search."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.palette import INK
from bmt_tf.report.figures.style import CHOSEN, FAINT, block_ticks, line_colour
from bmt_tf.report.study import Study
from bmt_tf.report.trees import branch_text, method_of

MOST_TREES = 4


def searched_trees(study: Study, affinity: AffinityResult) -> dict[str, Grouping]:
    """Returns the first trees of searches by gradient that have an affinity's tasks and blocks, each once, by name."""
    found: dict[Grouping, str] = {}
    for name, tree in study.trees:
        if method_of(tree) == "bmtas" and tree.blocks == affinity.blocks and set(tree.tasks) == set(affinity.tasks):
            found.setdefault(tree, name)
    return dict(list({name: tree for tree, name in found.items()}.items())[:MOST_TREES])


def draw_likeness(axes: Axes, affinity: AffinityResult, tree: Grouping) -> None:
    """Draws the affinity of every two tasks at the last block, with frames about those that a tree has together there.

    Args:
        axes: Where to.
        affinity: The affinity.
        tree: The tree, of the same tasks and blocks.
    """
    order = task_order(tree)
    places = [affinity.tasks.index(task) for task in order]
    values = affinity.affinity[-1][np.ix_(places, places)]
    low = min(0.0, float(values.min()))
    axes.imshow(values, vmin=low, vmax=1, cmap="Blues")
    axes.tick_params(length=0)
    axes.set_xticks(range(len(order)), order, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(order)), order)
    for t, u in itertools.product(range(len(order)), repeat=2):
        ink = "white" if values[t, u] - low > 0.6 * (1 - low) else INK
        axes.text(u, t, f"{values[t, u]:.2f}", ha="center", va="center", fontsize=8, color=ink)
    for part in tree.partitions[-1]:
        first, size = min(order.index(task) for task in part), len(part)
        axes.add_patch(Rectangle((first - 0.5, first - 0.5), size, size, fill=False, ec=CHOSEN, lw=2.4, clip_on=False))
    axes.grid(False)
    axes.set_title(f"affinity at {affinity.blocks[-1]}", fontsize=9)


def draw_graph(axes: Axes, name: str, tree: Grouping) -> None:
    """Draws a tree as a graph: a dot for a tensor of features, a line for the block that makes one of another.

    Args:
        axes: Where to.
        name: What the tree is called.
        tree: The tree.
    """
    rows = {task: number for number, task in enumerate(task_order(tree))}

    def height(part: Sequence[str]) -> float:
        return sum(rows[task] for task in part) / len(part)

    before: Mapping[str, float] = dict.fromkeys(tree.tasks, height(tree.tasks))
    axes.plot(0, height(tree.tasks), "s", ms=6, color=INK)
    for column, partition in enumerate(tree.partitions, 1):
        after = {}
        for part in partition:
            y = height(part)
            colour = line_colour(rows[part[0]]) if len(part) == 1 else FAINT if len(part) == len(rows) else INK
            axes.plot((column - 1, column), (before[part[0]], y), color=colour, lw=1 + 0.8 * len(part), zorder=1)
            axes.plot(column, y, "o", ms=5, mfc="white", mec=colour, mew=1.5, zorder=2)
            after |= dict.fromkeys(part, y)
        before = after
    end = len(tree.blocks) + 1
    for task, row in rows.items():
        axes.plot((end - 1, end), (before[task], row), color=line_colour(row), lw=1.8, zorder=1)
        axes.text(end + 0.15, row, task, va="center", fontsize=9)
    axes.set_xlim(-0.5, end + 2.2)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    block_ticks(axes, ["stem", *tree.blocks])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    axes.set_title(f"{name} ({branch_text(tree.branches)})", fontsize=9)


def task_order(tree: Grouping) -> list[str]:
    """Returns the tasks of a tree such that those of every part stand together."""
    routing = tree.routing()
    order = sorted(range(len(tree.tasks)), key=lambda t: (*routing[:, t], t))
    return [tree.tasks[t] for t in order]
