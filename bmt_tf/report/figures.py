"""The figures of a report, each as the text of an SVG picture."""

import io
import itertools
import math
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bmt_tf.affinity import AffinityResult
from bmt_tf.report.comparison import UNITS, Table
from bmt_tf.report.study import Front

COLOURS = ("#3b6fb6", "#d9822b", "#3f9b5f", "#b5478f", "#7a5cc0", "#c8a415", "#2a9aa8", "#c4493d")
INK, FAINT = "#22303c", "#8b98a5"
METHODS = {"single": INK, "shared": FAINT, "separate": "#5b6670", "bmn": COLOURS[0], "bmtas": COLOURS[7],
           "vanilla": COLOURS[1], "random": COLOURS[2], "permuted": COLOURS[3]}
MOST_PAIRS = 15  # lines that an eye can still tell apart; beyond, the pairs are summed up
MOST_MAPS = 24
STYLE = {
    "svg.fonttype": "none", "svg.hashsalt": "bmt_tf", "font.size": 10, "axes.edgecolor": FAINT, "axes.labelcolor": INK,
    "axes.spines.top": False, "axes.spines.right": False, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.grid": True, "grid.color": "#e6eaee", "axes.axisbelow": True, "legend.frameon": False,
    "font.sans-serif": ["DejaVu Sans"],
}


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
        figure = Figure(figsize=(9.2, 4.0), layout="constrained")
        axes = figure.add_subplot()
        places = np.arange(len(result.blocks))
        pairs = list(itertools.combinations(range(len(result.tasks)), 2))
        if len(pairs) <= MOST_PAIRS:
            for number, (t, u) in enumerate(pairs):
                colour, dashes = COLOURS[number % len(COLOURS)], "-" if number < len(COLOURS) else "--"
                label = f"{result.tasks[t]} – {result.tasks[u]}"  # noqa: RUF001 (an en dash joins a pair)
                axes.fill_between(places, result.low[:, t, u], result.high[:, t, u], color=colour, alpha=0.13, lw=0)
                axes.plot(places, result.affinity[:, t, u], dashes, marker="o", ms=3.5, color=colour, label=label)
        else:
            values = np.stack([result.affinity[:, t, u] for t, u in pairs])
            axes.fill_between(places, values.min(0), values.max(0), color=COLOURS[0], alpha=0.15, label="all pairs")
            axes.plot(places, np.median(values, 0), marker="o", ms=3.5, color=COLOURS[0], label="median pair")
        _block_ticks(axes, result.blocks)
        axes.set_ylabel("affinity (rank correlation of RDMs)")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return _svg(figure)


def affinity_maps(result: AffinityResult) -> str:
    """Returns the affinity of every two tasks as one map per block, on one colour scale.

    Args:
        result: The affinities; of more than `MOST_MAPS` blocks, evenly spaced ones are drawn, the last included.

    Returns:
        An SVG picture.
    """
    count, tasks = min(len(result.blocks), MOST_MAPS), len(result.tasks)
    blocks = np.unique(np.linspace(0, len(result.blocks) - 1, count).round().astype(int))
    columns = min(6, count)
    rows = math.ceil(count / columns)
    low = min(0.0, float(result.affinity.min()))
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure = Figure(figsize=(9.2, 0.5 + rows * (1.75 if tasks > 1 else 1.2)), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place >= len(blocks):
                axes.set_axis_off()
                continue
            values = result.affinity[blocks[place]]
            image = axes.imshow(values, vmin=low, vmax=1, cmap="Blues")
            axes.set_title(result.blocks[blocks[place]], fontsize=8)
            _task_ticks(axes, result.tasks, left=place % columns == 0, below=place + columns >= len(blocks))
            if tasks <= 5:
                for t, u in itertools.product(range(tasks), repeat=2):
                    ink = "white" if values[t, u] - low > 0.6 * (1 - low) else INK
                    axes.text(u, t, f"{values[t, u]:.2f}", ha="center", va="center", fontsize=6, color=ink)
        figure.colorbar(image, ax=grid, shrink=0.6, aspect=30, label="affinity")
        return _svg(figure)


def front_picture(front: Front) -> str:
    """Returns the trees that no other tree beats in cost and score, with the choice marked.

    Args:
        front: The front.

    Returns:
        An SVG picture.
    """
    heading, shown, divisor = UNITS.get(front.unit, (front.unit or "cost", "", 1.0))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(9.2, 3.6), layout="constrained")
        axes = figure.add_subplot()
        costs, scores = ([getattr(point, name) for point in front.points] for name in ("cost", "score"))
        axes.step(np.divide(costs, divisor), scores, where="post", color=FAINT, lw=1)
        axes.plot(np.divide(costs, divisor), scores, "o", ms=3.5, color=COLOURS[0], label="best trees of their cost")
        for point in front.points:
            if point.chosen:
                axes.plot(point.cost / divisor, point.score, "o", ms=11, mfc="none", mec=COLOURS[7], mew=2.2,
                          label="chosen")
        axes.set_xlabel(f"{heading} ({shown})" if shown else heading)
        axes.set_ylabel("score (less is better)")
        axes.legend()
        return _svg(figure)


def gain_against_cost(table: Table, heading: str) -> str:
    """Returns delta_m against a cost, one labelled point per network.

    Source: BMN, figure 2b; BMTAS, figure 2.

    Args:
        table: The comparison table.
        heading: Heading of the cost's column.

    Returns:
        An SVG picture; empty if no network has both numbers.
    """
    points = [
        (entry.values[heading], entry.values["delta_m"], entry.name, entry.method)
        for entry in table.entries
        if all(math.isfinite(entry.values.get(name, math.nan)) for name in (heading, "delta_m"))
    ]
    if not any(method != "single" for *_, method in points):
        return ""
    unit = next(column.note for column in table.columns if column.heading == heading)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(9.2, 4.2), layout="constrained")
        axes = figure.add_subplot()
        axes.axhline(0, color=INK, lw=0.8, ls=(0, (4, 3)))
        axes.margins(0.1, 0.15)
        drawn: set[str] = set()
        for cost, gain, _, method in points:
            colour = METHODS.get(method, COLOURS[4])
            label = None if method in drawn else method or "other"
            axes.plot(cost, gain, "D" if method == "single" else "o", ms=8, color=colour, label=label)
            drawn.add(method)
        axes.set_xlabel(f"{heading} ({unit})")
        axes.set_ylabel("delta_m (%)")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        _label(figure, axes, [(cost, gain, name) for cost, gain, name, _ in points])
        return _svg(figure)


def _label(figure: Figure, axes: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """Writes names beside points, each at the first place around its point that hides no other name or point."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    taken = [np.r_[xy - 6, xy + 6] for xy in axes.transData.transform([point[:2] for point in points])]
    taken += [_box(text, renderer) for text in axes.get_xticklabels() + axes.get_yticklabels()]
    frame = axes.get_window_extent(renderer).extents
    for cost, gain, name in points:
        places = [(x, y, side) for y in (0, 13, -13, 26, -26, 39) for x, side in ((9, "left"), (-9, "right"))]
        for x, y, side in places:
            text = axes.annotate(name, (cost, gain), (x, y), textcoords="offset points", ha=side, va="center", fontsize=8)
            box = _box(text, renderer)
            inside = frame[0] <= box[0] and box[2] <= frame[2]
            if (inside and not any(_overlap(box, other) for other in taken)) or (x, y, side) == places[-1]:
                taken.append(box)
                break
            text.remove()


def _box(text, renderer) -> np.ndarray:
    return text.get_window_extent(renderer).extents


def _overlap(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _block_ticks(axes: Axes, blocks: Sequence[str]) -> None:
    axes.set_xticks(range(len(blocks)), blocks, rotation=45 if len(blocks) > 6 else 0,
                    ha="right" if len(blocks) > 6 else "center", rotation_mode="anchor")


def _task_ticks(axes: Axes, tasks: Sequence[str], left: bool, below: bool) -> None:
    axes.tick_params(length=0)
    places = range(len(tasks)) if len(tasks) <= 12 else ()
    blank = [""] * len(places)
    axes.set_yticks(places, tasks if left and places else blank)
    axes.set_xticks(places, tasks if below and places else blank, rotation=45, ha="right", rotation_mode="anchor")


def _svg(figure: Figure) -> str:
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})  # equal figures, equal files
    return file.getvalue()
