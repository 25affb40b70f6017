"""The figures of a differentiable search, and of trees beside affinities, each as the text of an SVG picture."""

import math
from collections.abc import Mapping

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.report.figures import COLOURS, FAINT, INK, MOST_MAPS, STYLE, block_ticks, svg_text
from bmt_tf.report.searches import Search, joined_affinity
from bmt_tf.search.alpha_file import probabilities

COLUMNS = 6


def routing_over_time(search: Search) -> str:
    """Returns, for each block, how likely the final candidate of each task was from the start to the end of a search.

    Args:
        search: The search; of more than `MOST_MAPS` blocks, evenly spaced ones are drawn, the last included.

    Returns:
        An SVG picture.
    """
    history = search.history
    routing = history.routing
    probs = np.take_along_axis(probabilities(history.history), routing[None, :, :, None], axis=3)[..., 0]
    count = min(len(history.blocks), MOST_MAPS)
    blocks = np.unique(np.linspace(0, len(history.blocks) - 1, count).round().astype(int))
    columns = min(COLUMNS, count)
    rows = math.ceil(count / columns)
    height = 0.75 + 1.45 * rows
    with matplotlib.rc_context({**STYLE, "font.size": 8}):
        figure = Figure(figsize=(10.8, height))
        # Margins by hand: for this many axes the automatic layout takes seconds.
        grid = figure.subplots(
            rows,
            columns,
            squeeze=False,
            sharex=True,
            sharey=True,
            gridspec_kw={
                "left": 0.05,
                "right": 0.995,
                "top": 1 - 0.5 / height,
                "bottom": 0.42 / height,
                "hspace": 0.32,
                "wspace": 0.1,
            },
        )
        for place, axes in enumerate(grid.flat):
            if place >= len(blocks):
                axes.set_axis_off()
                continue
            for t, task in enumerate(history.tasks):
                axes.plot(history.steps, probs[:, blocks[place], t], color=_colour(t), lw=1.4, label=task)
            axes.set_title(history.blocks[blocks[place]], fontsize=8)
            axes.set_ylim(0, 1.03)
            if place + columns >= len(blocks):
                axes.tick_params(labelbottom=True)
                axes.set_xlabel("updates of the weights")
        handles, names = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, names, loc="upper center", ncols=min(8, len(names)))
        return svg_text(figure)


def routing_map(search: Search) -> str:
    """Returns the probability of every candidate at the end of a search, one map per task, the likeliest dotted.

    Args:
        search: The search.

    Returns:
        An SVG picture.
    """
    history = search.history
    count, (blocks, tasks, candidates) = len(history.tasks), history.alpha.shape
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure = Figure(figsize=(10.8, 0.8 + count * (0.3 + 0.14 * candidates)))
        rows = figure.subplots(tasks, 1, sharex=True, squeeze=False)[:, 0]
        for t, axes in enumerate(rows):
            image = axes.imshow(history.probs[:, t].T, vmin=0, vmax=1, cmap="Blues", aspect="auto")
            axes.plot(range(blocks), history.routing[:, t], "o", ms=4, color=COLOURS[7])
            axes.set_ylabel(history.tasks[t], rotation=0, ha="right", va="center")
            axes.set_yticks(range(candidates) if candidates <= 6 else [])
        block_ticks(rows[-1], history.blocks)
        figure.subplots_adjust(left=0.1, right=0.9, top=0.98, bottom=0.75 / figure.get_figheight(), hspace=0.25)
        figure.colorbar(image, cax=figure.add_axes((0.93, 0.3, 0.014, 0.6)), label="probability")
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
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10.8, 3.4), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(result.blocks))
        axes.plot(
            places,
            result.affinity[:, pairs[0], pairs[1]].mean(axis=1),
            ls=(0, (4, 3)),
            color=INK,
            lw=1,
            label="all pairs",
        )
        for number, (name, tree) in enumerate(trees.items()):
            axes.plot(places, joined_affinity(result, tree), marker="o", ms=4, color=_colour(number), label=name)
        block_ticks(axes, result.blocks)
        axes.set_ylabel("mean affinity of joined tasks")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return svg_text(figure)


def _colour(number: int) -> str:
    return COLOURS[number] if number < len(COLOURS) else FAINT
