"""The figure of what networks gain over single-task networks, against what they cost."""

import math
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bmt_tf.grouping.palette import COLOURS, INK
from bmt_tf.report.figures.labels import label_points
from bmt_tf.report.figures.style import FAINT, STYLE, WIDTH, svg_text
from bmt_tf.report.lines import Line, lines_of
from bmt_tf.report.tables import GAIN, GAIN_KEY, SINGLE, Column, Key, Table
from bmt_tf.report.wording import method_id

METHODS = {
    SINGLE: INK,
    "shared": FAINT,
    "separate": "#5b6670",
    "bmn": COLOURS[0],
    "bmtas": COLOURS[7],
    "fafs": COLOURS[5],
    "vanilla": COLOURS[1],
    "random": COLOURS[2],
    "permuted": COLOURS[3],
    "all": "#a8b3bd",
    "cross_stitch": "#b0578d",
    "nddr": COLOURS[6],
    "mtan": "#8a6d4f",
}
OTHER = COLOURS[4]


def gain_against_cost(table: Table, cost: Column) -> str:
    """Returns delta_m against a cost: a labelled point per line of the table, with the front of each method.

    Bars are standard errors, where a line is of several networks. A method's front joins those of its points that none
    of its others beats in both numbers. What belongs to a method is in groups whose `id` begins with `method_id` of it.

    Source: BMN, figure 2b; BMTAS, figure 2.

    Args:
        table: The comparison table.
        cost: The cost's column.

    Returns:
        An SVG picture; empty if no network has both numbers.
    """
    known = drawn_lines(table, cost.key)
    if all(line.entry.single for line in known):
        return ""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH / 2, 4.6), layout="constrained")
        axes = figure.add_subplot()
        gain_axes(axes)
        draw_methods(axes, known, cost.key)
        axes.set_xlabel(f"{cost.heading} ({cost.note})")
        figure.legend(handles=legend_handles(axes), loc="outside upper center", ncols=5, fontsize=8)
        texts = label_points(figure, axes, [(*_point(line, cost.key), line.entry.name) for line in known])
        for number, (line, text) in enumerate(zip(known, texts, strict=True)):
            if text is not None:
                text.set_gid(f"{method_id(line.entry.method)}name.{cost.heading}.{number}")
        return svg_text(figure)


def drawn_lines(table: Table, cost: Key) -> list[Line]:
    """Returns the lines of a table that have both a gain and a cost."""
    return [line for line in lines_of(table) if all(math.isfinite(line.entry.value(key)) for key in (GAIN_KEY, cost))]


def gain_axes(axes: Axes) -> None:
    """Makes axes ready for delta_m: the level of the single-task networks, room at the sides."""
    axes.axhline(0, color=INK, lw=0.8, ls=(0, (4, 3)))
    axes.margins(0.12, 0.15)
    axes.set_ylabel(f"{GAIN} (%)")


def draw_methods(
    axes: Axes, lines: Sequence[Line], cost: Key, paths: Mapping[str, Sequence[Line]] | None = None
) -> None:
    """Draws lines of a table that have both numbers, method by method, each with its front and its standard errors.

    Args:
        axes: Where to.
        lines: The lines.
        cost: The key of the cost they are drawn against.
        paths: By method lines that are joined by rising cost, instead of its front; those not its own have a ring.
    """
    paths = paths or {}
    for method in dict.fromkeys([*(line.entry.method for line in lines), *paths]):
        own = [line for line in lines if line.entry.method == method]
        points = [_point(line, cost) for line in paths.get(method, own)]
        _of_method(axes, method, own, cost, sorted(points) if method in paths else method_front(points))
        others = [_point(line, cost) for line in paths.get(method, ()) if line.entry.method != method]
        if others:
            ring = {"ms": 11, "mfc": "none", "mec": METHODS.get(method, OTHER), "mew": 1.6, "ls": "none", "zorder": 2}
            axes.plot(*np.transpose(others), "o", label=method, gid=f"{method_id(method)}ring.{cost[1]}.0", **ring)


def legend_handles(axes: Axes) -> list[Artist]:
    """Returns what a legend shows of axes, each name once."""
    handles, names = axes.get_legend_handles_labels()
    return list(dict(zip(names, handles, strict=True)).values())


def method_front(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Returns those of points (cost, gain) that no other beats in both, by rising cost."""
    found: list[tuple[float, float]] = []
    for cost, gain in sorted(points, key=lambda point: (point[0], -point[1])):
        if not found or gain > found[-1][1]:
            found.append((cost, gain))
    return found


def _of_method(
    axes: Axes, method: str, lines: Sequence[Line], cost: Key, joined: Sequence[tuple[float, float]]
) -> None:
    colour, name = METHODS.get(method, OTHER), method or "other"
    look = {"color": colour, "ms": 7, "ls": "none", "zorder": 3}
    mark = f"{method_id(method)}{{}}.{cost[1]}.{{}}"
    if len(joined) > 1:
        axes.plot(*np.transpose(joined), color=colour, lw=1.2, alpha=0.6, gid=mark.format("front", 0))
    for number, line in enumerate(lines):
        x, y = _point(line, cost)
        gid = mark.format("point", number)
        axes.plot(x, y, "D" if line.entry.single else "o", label=name, gid=gid, **look)
        for place, (key, along) in enumerate(((cost, (1, 0)), (GAIN_KEY, (0, 1)))):
            error = np.multiply(along, _error(line, key))
            if error.any():
                ends = np.add((x, y), np.outer((-1, 1), error))
                axes.plot(*ends.T, "-", color=colour, lw=1.4, gid=mark.format(f"error{place}", number))


def _point(line: Line, cost: Key) -> tuple[float, float]:
    return line.entry.value(cost), line.entry.value(GAIN_KEY)


def _error(line: Line, key: Key) -> float:
    """Returns the standard error of a mean, nothing where it is of one network or too small to be drawn."""
    error, value = line.errors.get(key, 0.0), line.entry.value(key)
    return error if error > 1e-6 * abs(value) else 0.0
