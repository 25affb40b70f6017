"""The figures of a report, each as the text of an SVG picture."""

import io
import itertools
import math
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bmt_tf.affinity import AffinityResult
from bmt_tf.report.comparison import UNITS, Entry, Table
from bmt_tf.report.study import Front

COLOURS = ("#3b6fb6", "#d9822b", "#3f9b5f", "#b5478f", "#7a5cc0", "#c8a415", "#2a9aa8", "#c4493d")
INK, FAINT = "#22303c", "#8b98a5"
METHODS = {
    "single": INK,
    "shared": FAINT,
    "separate": "#5b6670",
    "bmn": COLOURS[0],
    "bmtas": COLOURS[7],
    "vanilla": COLOURS[1],
    "random": COLOURS[2],
    "permuted": COLOURS[3],
}
MOST_PAIRS = 15  # lines that an eye can still tell apart; beyond, the pairs are summed up
MOST_MAPS = 24
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "bmt_tf",
    "font.size": 10,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "grid.color": "#e6eaee",
    "axes.axisbelow": True,
    "legend.frameon": False,
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
        figure = Figure(figsize=(10.8, 4.0), layout="constrained")
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
        block_ticks(axes, result.blocks)
        axes.set_ylabel("affinity (rank correlation of RDMs)")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return svg_text(figure)


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
    words = 0.075 * max(map(len, result.tasks)) + 0.2  # inches for the names of the tasks, beside and below
    width, height = 10.8, 0.9 * words + rows * 1.75
    # Margins by hand: for this many axes the automatic layout takes seconds.
    margins = {"left": words / width, "right": 0.9, "bottom": 0.9 * words / height, "top": 1 - 0.25 / height}
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "font.size": 8}):
        figure = Figure(figsize=(width, height))
        grid = figure.subplots(rows, columns, squeeze=False, gridspec_kw={**margins, "wspace": 0.1, "hspace": 0.25})
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
        scale = figure.add_axes((0.93, margins["bottom"], 0.014, min(3.0 / height, margins["top"] - margins["bottom"])))
        figure.colorbar(image, cax=scale, label="affinity")
        return svg_text(figure)


def front_picture(front: Front, argmax: tuple[float, float] | None = None) -> str:
    """Returns the trees that no other tree beats in cost and score, with the choice marked.

    Args:
        front: The front.
        argmax: Cost and score of the tree of a search's most likely routing, to be marked too.

    Returns:
        An SVG picture.
    """
    heading, shown, divisor = UNITS.get(front.unit, (front.unit or "cost", "", 1.0))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10.8, 3.6), layout="constrained")
        axes = figure.add_subplot()
        costs, scores = ([getattr(point, name) for point in front.points] for name in ("cost", "score"))
        axes.step(np.divide(costs, divisor), scores, where="post", color=FAINT, lw=1)
        axes.plot(np.divide(costs, divisor), scores, "o", ms=3.5, color=COLOURS[0], label="best trees of their cost")
        for point in front.points:
            if point.chosen:
                axes.plot(
                    point.cost / divisor, point.score, "o", ms=11, mfc="none", mec=COLOURS[7], mew=2.2, label="chosen"
                )
        if argmax:
            axes.plot(argmax[0] / divisor, argmax[1], "D", ms=8, color=COLOURS[1], label="most likely routing")
        axes.set_xlabel(f"{heading} ({shown})" if shown else heading)
        axes.set_ylabel("score (less is better)")
        axes.legend()
        return svg_text(figure)


def gain_against_cost(table: Table, headings: Sequence[str]) -> str:
    """Returns delta_m against several costs, side by side, one labelled point per network.

    Source: BMN, figure 2b; BMTAS, figure 2.

    Args:
        table: The comparison table.
        headings: Headings of the costs' columns.

    Returns:
        An SVG picture; empty if no network has both numbers.
    """
    known = [entry for entry in table.entries if math.isfinite(entry.values.get("delta_m", math.nan))]
    if not headings or all(entry.method == "single" for entry in known):
        return ""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.4 * len(headings), 4.2), layout="constrained")
        row = figure.subplots(1, len(headings), sharey=True, squeeze=False)[0]
        for axes, heading in zip(row, headings, strict=True):
            unit = next(column.note for column in table.columns if column.heading == heading)
            entries = [entry for entry in known if math.isfinite(entry.values.get(heading, math.nan))]
            _gain_points(axes, entries, heading)
            axes.set_xlabel(f"{heading} ({unit})")
        row[0].set_ylabel("delta_m (%)")
        found = {handle.get_label(): handle for axes in row for handle in axes.get_legend_handles_labels()[0]}
        figure.legend(handles=list(found.values()), loc="outside upper center", ncols=len(found))
        for axes, heading in zip(row, headings, strict=True):
            named = [entry for entry in known if heading in entry.values]
            _label(figure, axes, [(entry.values[heading], entry.values["delta_m"], entry.name) for entry in named])
        return svg_text(figure)


def _gain_points(axes: Axes, entries: Sequence[Entry], heading: str) -> None:
    axes.axhline(0, color=INK, lw=0.8, ls=(0, (4, 3)))
    axes.margins(0.12, 0.15)
    for entry in entries:
        colour = METHODS.get(entry.method, COLOURS[4])
        marker = "D" if entry.method == "single" else "o"
        axes.plot(
            entry.values[heading],
            entry.values["delta_m"],
            marker,
            ms=8,
            color=colour,
            ls="none",
            label=entry.method or "other",
        )


def _label(figure: Figure, axes: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """Writes names beside points, each at the first place around its point that hides no other name or point."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    taken = [np.r_[xy - 6, xy + 6] for xy in axes.transData.transform([point[:2] for point in points])]
    taken += [_box(text, renderer) for text in axes.get_xticklabels() + axes.get_yticklabels()]
    frame = axes.get_window_extent(renderer).extents
    level = axes.transData.transform((0, 0))[1]
    taken.append(np.array([frame[0], level - 1, frame[2], level + 1]))  # the line of the single-task networks
    for cost, gain, name in points:
        places = [(x, y, side) for y in (0, 13, -13, 26, -26, 39) for x, side in ((9, "left"), (-9, "right"))]
        for x, y, side in places:
            text = axes.annotate(name, (cost, gain), (x, y), textcoords="offset points", ha=side, va="center", size=8)
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


def block_ticks(axes: Axes, blocks: Sequence[str]) -> None:
    """Names the blocks below a picture's lower axis.

    Args:
        axes: The picture; block number l is at l.
        blocks: Names of the blocks.
    """
    axes.set_xticks(
        range(len(blocks)),
        blocks,
        rotation=45 if len(blocks) > 6 else 0,
        ha="right" if len(blocks) > 6 else "center",
        rotation_mode="anchor",
    )


def _task_ticks(axes: Axes, tasks: Sequence[str], left: bool, below: bool) -> None:
    axes.tick_params(length=0)
    places = range(len(tasks)) if len(tasks) <= 12 else ()
    blank = [""] * len(places)
    axes.set_yticks(places, tasks if left and places else blank)
    axes.set_xticks(places, tasks if below and places else blank, rotation=45, ha="right", rotation_mode="anchor")


def svg_text(figure: Figure) -> str:
    """Returns a figure as the text of an SVG picture; equal figures give equal texts.

    Args:
        figure: The figure.
    """
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
