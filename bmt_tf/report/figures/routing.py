"""The figures of a differentiable search: how sure its routing was, on the way and at the end."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bmt_tf.grouping.palette import COLOURS, INK
from bmt_tf.report.figures.style import CHOSEN, STYLE, WIDTH, BlockGrid, block_ticks, line_colour, svg_text
from bmt_tf.report.searches import Search
from bmt_tf.report.tables import MANY_TASKS
from bmt_tf.search.alpha_file import AlphaHistory, probabilities


def routing_over_time(search: Search) -> str:
    """Returns, for each block, how likely the final candidate of each task was from the start to the end of a search.

    Of many tasks the median one and the range of all are drawn.

    Args:
        search: The search; of more than 24 blocks, evenly spaced ones are drawn, the last included.

    Returns:
        An SVG picture.
    """
    history = search.history
    probs = np.take_along_axis(probabilities(history.history), history.routing[None, :, :, None], axis=3)[..., 0]
    grid = BlockGrid(len(history.blocks))
    height = 0.75 + 1.45 * grid.rows
    # Margins by hand: for this many axes the automatic layout takes seconds.
    margins = {"left": 0.05, "right": 0.995, "top": 1 - 0.5 / height, "bottom": 0.42 / height}
    with matplotlib.rc_context({**STYLE, "font.size": 8}):
        figure = Figure(figsize=(WIDTH, height))
        spaces = {**margins, "hspace": 0.32, "wspace": 0.1}
        pictures = grid.draw(figure, sharex=True, sharey=True, gridspec_kw=spaces)
        for place, (axes, block) in enumerate(zip(pictures, grid.blocks, strict=True)):
            (_lines if len(history.tasks) <= MANY_TASKS else _range)(axes, history, probs[:, block])
            axes.set_title(history.blocks[block], fontsize=8)
            axes.set_ylim(0, 1.03)
            if grid.is_lowest(place):
                axes.tick_params(labelbottom=True)
                axes.set_xlabel("updates of the weights")
        handles, names = pictures[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="upper center", ncols=min(8, len(names)))
        return svg_text(figure)


def _lines(axes: Axes, history: AlphaHistory, probs: np.ndarray) -> None:
    for t, task in enumerate(history.tasks):
        axes.plot(history.steps, probs[:, t], color=line_colour(t), lw=1.4, label=task)


def _range(axes: Axes, history: AlphaHistory, probs: np.ndarray) -> None:
    axes.fill_between(history.steps, probs.min(1), probs.max(1), color=COLOURS[0], alpha=0.15, lw=0, label="all tasks")
    axes.plot(history.steps, np.median(probs, 1), color=COLOURS[0], lw=1.4, label="median task")


def routing_map(search: Search) -> str:
    """Returns the probability of every candidate at the end of a search, one map per task, the likeliest dotted.

    Many tasks have one map together, a row each, of the likeliest candidate and its number.

    Args:
        search: The search.

    Returns:
        An SVG picture.
    """
    return (_map_per_task if len(search.history.tasks) <= MANY_TASKS else _map_of_all)(search)


def _map_of_all(search: Search) -> str:
    history = search.history
    # Tasks that go the same way stand together.
    order = np.lexsort(history.routing[::-1])
    best = np.take_along_axis(history.probs, history.routing[..., None], axis=2)[..., 0][:, order].T
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure = Figure(figsize=(WIDTH, 1.2 + 0.17 * len(order)), layout="constrained")
        axes = figure.add_subplot()
        image = axes.imshow(best, vmin=0, vmax=1, cmap="Blues", aspect="auto")
        axes.set_yticks(range(len(order)), [history.tasks[t] for t in order])
        for row, t in enumerate(order):
            for block, candidate in enumerate(history.routing[:, t]):
                ink = "white" if best[row, block] > 0.6 else INK
                axes.text(block, row, str(candidate), ha="center", va="center", fontsize=6, color=ink)
        block_ticks(axes, history.blocks)
        figure.colorbar(image, label="probability", aspect=40)
        return svg_text(figure)


def _map_per_task(search: Search) -> str:
    history = search.history
    blocks, tasks, candidates = history.alpha.shape
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure = Figure(figsize=(WIDTH, 0.8 + tasks * (0.3 + 0.14 * candidates)))
        rows = figure.subplots(tasks, 1, sharex=True, squeeze=False)[:, 0]
        for t, axes in enumerate(rows):
            image = axes.imshow(history.probs[:, t].T, vmin=0, vmax=1, cmap="Blues", aspect="auto")
            axes.plot(range(blocks), history.routing[:, t], "o", ms=4, color=CHOSEN)
            axes.set_ylabel(history.tasks[t], rotation=0, ha="right", va="center")
            axes.set_yticks(range(candidates) if candidates <= 6 else [])
        block_ticks(rows[-1], history.blocks)
        figure.subplots_adjust(left=0.1, right=0.9, top=0.98, bottom=0.75 / figure.get_figheight(), hspace=0.25)
        figure.colorbar(image, cax=figure.add_axes((0.93, 0.3, 0.014, 0.6)), label="probability")
        return svg_text(figure)
