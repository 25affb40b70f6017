"""The figures of affinities: along the encoder, block by block, and beside the trees that they led to."""

import itertools
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.cluster import hierarchy

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.palette import COLOURS, INK
from bmt_tf.report.figures.style import STYLE, WIDTH, BlockGrid, block_ticks, line_colour, svg_text
from bmt_tf.report.tables import MANY_TASKS

MOST_PAIRS = 15  # lines that an eye can still tell apart; beyond, the pairs are summed up


def affinity_by_depth(result: AffinityResult) -> str:
    """Returns the affinity of every pair of tasks from the first block to the last.

    Source: BMN, figure 2a. Beyond the paper: bands from 2.5 to 97.5 percent of a bootstrap over the images. With many
    tasks the median pair and the range of all pairs are drawn.

    Args:
        result: The affinities.

    Returns:
        An SVG picture.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 4.0), layout="constrained")
        draw_affinity_by_depth(figure.add_subplot(), result)
        return svg_text(figure)


def draw_affinity_by_depth(axes: Axes, result: AffinityResult) -> None:
    """Draws what `affinity_by_depth` shows."""
    pairs = list(itertools.combinations(range(len(result.tasks)), 2))
    (_lines_of_pairs if len(pairs) <= MOST_PAIRS else _range_of_pairs)(axes, result, pairs)
    block_ticks(axes, result.blocks)
    axes.set_ylabel("affinity (rank correlation of RDMs)")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _lines_of_pairs(axes: Axes, result: AffinityResult, pairs: Sequence[tuple[int, int]]) -> None:
    places = np.arange(len(result.blocks))
    for number, (t, u) in enumerate(pairs):
        colour, dashes = COLOURS[number % len(COLOURS)], "-" if number < len(COLOURS) else "--"
        label = f"{result.tasks[t]} – {result.tasks[u]}"  # noqa: RUF001 (an en dash joins a pair)
        axes.fill_between(places, result.low[:, t, u], result.high[:, t, u], color=colour, alpha=0.13, lw=0)
        axes.plot(places, result.affinity[:, t, u], dashes, marker="o", ms=3.5, color=colour, label=label)


def _range_of_pairs(axes: Axes, result: AffinityResult, pairs: Sequence[tuple[int, int]]) -> None:
    places = np.arange(len(result.blocks))
    values = np.stack([result.affinity[:, t, u] for t, u in pairs])
    axes.fill_between(places, values.min(0), values.max(0), color=COLOURS[0], alpha=0.15, label="all pairs")
    axes.plot(places, np.median(values, 0), marker="o", ms=3.5, color=COLOURS[0], label="median pair")


def affinity_maps(result: AffinityResult) -> str:
    """Returns the affinity of every two tasks as one map per block, on one colour scale.

    Many tasks stand in the order of `likeness_order`, and their names beside one more map, of the mean over the blocks.

    Args:
        result: The affinities; of more than 24 blocks, evenly spaced ones are drawn, the last included.

    Returns:
        An SVG picture.
    """
    if len(result.tasks) > MANY_TASKS:
        return _maps_of_many(result)
    grid, tasks = BlockGrid(len(result.blocks)), len(result.tasks)
    low = min(0.0, float(result.affinity.min()))
    words = 0.075 * max(map(len, result.tasks)) + 0.2  # inches for the names of the tasks, beside and below
    width, height = WIDTH, 0.9 * words + grid.rows * 1.75
    # Margins by hand: for this many axes the automatic layout takes seconds.
    margins = {"left": words / width, "right": 0.9, "bottom": 0.9 * words / height, "top": 1 - 0.25 / height}
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure = Figure(figsize=(width, height))
        pictures = grid.draw(figure, gridspec_kw={**margins, "wspace": 0.1, "hspace": 0.25})
        for place, (axes, block) in enumerate(zip(pictures, grid.blocks, strict=True)):
            values = result.affinity[block]
            image = axes.imshow(values, vmin=low, vmax=1, cmap="Blues")
            axes.set_title(result.blocks[block], fontsize=8)
            _task_ticks(axes, result.tasks, left=place % grid.columns == 0, below=grid.is_lowest(place))
            if tasks <= 5:
                for t, u in itertools.product(range(tasks), repeat=2):
                    ink = "white" if values[t, u] - low > 0.6 * (1 - low) else INK
                    axes.text(u, t, f"{values[t, u]:.2f}", ha="center", va="center", fontsize=6, color=ink)
        scale = figure.add_axes((0.93, margins["bottom"], 0.014, min(3.0 / height, margins["top"] - margins["bottom"])))
        figure.colorbar(image, cax=scale, label="affinity")
        return svg_text(figure)


def _task_ticks(axes: Axes, tasks: Sequence[str], left: bool, below: bool) -> None:
    axes.tick_params(length=0)
    places, blank = range(len(tasks)), [""] * len(tasks)
    axes.set_yticks(places, tasks if left else blank)
    axes.set_xticks(places, tasks if below else blank, rotation=45, ha="right", rotation_mode="anchor")


def likeness_order(affinity: np.ndarray) -> np.ndarray:
    """Returns the order of tasks `[T]` in which like ones, by `[T, T]`, stand together: leaves of average linkage."""
    pairs = np.triu_indices(len(affinity), 1)
    return hierarchy.leaves_list(hierarchy.linkage(1 - affinity[pairs], "average", optimal_ordering=True))


def _maps_of_many(result: AffinityResult) -> str:
    grid, mean = BlockGrid(len(result.blocks)), result.affinity.mean(axis=0)
    order = likeness_order(mean)
    names, low = [result.tasks[t] for t in order], min(0.0, float(result.affinity.min()))
    large, small = 0.13 * len(names) + 1.6, 1.75 * grid.rows  # inches
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure = Figure(figsize=(WIDTH, large + small))
        above, below = figure.subfigures(2, 1, height_ratios=(large, small))
        axes = above.add_axes((0.2, 1.5 / large, 0.13 * len(names) / WIDTH, 0.13 * len(names) / large * 0.98))
        image = axes.imshow(mean[np.ix_(order, order)], vmin=low, vmax=1, cmap="Blues", aspect="auto")
        axes.tick_params(length=0, labelsize=7)
        axes.set_yticks(range(len(names)), names)
        axes.set_xticks(range(len(names)), names, rotation=90)
        above.text(0.2 + 0.13 * len(names) / WIDTH + 0.02, 0.9, "mean over the blocks")
        pictures = grid.draw(
            below, gridspec_kw={"left": 0.03, "right": 0.9, "bottom": 0.04, "top": 0.88, "wspace": 0.1}
        )
        for picture, block in zip(pictures, grid.blocks, strict=True):
            picture.imshow(result.affinity[block][np.ix_(order, order)], vmin=low, vmax=1, cmap="Blues")
            picture.set_title(result.blocks[block], fontsize=8)
            picture.set_axis_off()
        figure.colorbar(image, cax=below.add_axes((0.93, 0.1, 0.014, 0.75)), label="affinity")
        return svg_text(figure)


def affinity_of_trees(result: AffinityResult, trees: Mapping[str, Grouping]) -> str:
    """Returns the mean affinity of the tasks that trees have together, block by block, beside that of all pairs.

    Source: BMTAS, figure 3.

    Args:
        result: The affinities.
        trees: Trees of the same blocks, by name.

    Returns:
        An SVG picture.
    """
    pairs = np.triu_indices(len(result.tasks), 1)
    mean = result.affinity[:, pairs[0], pairs[1]].mean(axis=1)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(result.blocks))
        axes.plot(places, mean, ls=(0, (4, 3)), color=INK, lw=1, label="all pairs")
        for number, (name, tree) in enumerate(trees.items()):
            joined = joined_affinity(result, tree)
            axes.plot(places, joined, marker="o", ms=4, color=line_colour(number), label=name)
        block_ticks(axes, result.blocks)
        axes.set_ylabel("mean affinity of joined tasks")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return svg_text(figure)


def joined_affinity(result: AffinityResult, tree: Grouping) -> np.ndarray:
    """Returns the mean affinity of the tasks that a tree has together, float64 `[L]`; NaN where every task is alone."""
    places = [result.tasks.index(task) for task in tree.tasks]
    affinity = result.affinity[:, places][:, :, places]
    routing = tree.routing()
    together = np.triu(routing[:, :, None] == routing[:, None, :], 1)
    count = together.sum(axis=(1, 2))
    return np.where(count, (affinity * together).sum(axis=(1, 2)) / np.maximum(count, 1), np.nan)
