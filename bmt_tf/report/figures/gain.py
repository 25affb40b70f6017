"""The figure of what networks gain over single-task networks, against what they cost."""

import math
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bmt_tf.grouping.palette import COLOURS, INK
from bmt_tf.report.figures.labels import label_points
from bmt_tf.report.figures.style import FAINT, STYLE, WIDTH, svg_text
from bmt_tf.report.tables import GAIN, GAIN_KEY, SINGLE, Column, Entry, Table

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
    "cross_stitch": COLOURS[5],
    "nddr": COLOURS[6],
    "mtan": "#8a6d4f",
}
OTHER = COLOURS[4]


def gain_against_cost(table: Table, costs: Sequence[Column]) -> str:
    """Returns delta_m against several costs, side by side, one labelled point per network.

    Source: BMN, figure 2b; BMTAS, figure 2.

    Args:
        table: The comparison table.
        costs: The costs' columns.

    Returns:
        An SVG picture; empty if no network has both numbers.
    """
    known = [entry for entry in table.entries if math.isfinite(entry.value(GAIN_KEY))]
    if not costs or all(entry.single for entry in known):
        return ""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH / 2 * len(costs), 4.2), layout="constrained")
        row = figure.subplots(1, len(costs), sharey=True, squeeze=False)[0]
        named = [[entry for entry in known if math.isfinite(entry.value(cost.key))] for cost in costs]
        for axes, cost, entries in zip(row, costs, named, strict=True):
            _points(axes, entries, cost)
            axes.set_xlabel(f"{cost.heading} ({cost.note})")
        row[0].set_ylabel(f"{GAIN} (%)")
        found = {handle.get_label(): handle for axes in row for handle in axes.get_legend_handles_labels()[0]}
        figure.legend(handles=list(found.values()), loc="outside upper center", ncols=len(found))
        for axes, cost, entries in zip(row, costs, named, strict=True):
            points = [(entry.value(cost.key), entry.value(GAIN_KEY), entry.name) for entry in entries]
            label_points(figure, axes, points)
        return svg_text(figure)


def _points(axes: Axes, entries: Sequence[Entry], cost: Column) -> None:
    axes.axhline(0, color=INK, lw=0.8, ls=(0, (4, 3)))
    axes.margins(0.12, 0.15)
    for entry in entries:
        look = {"color": METHODS.get(entry.method, OTHER), "ms": 8, "ls": "none", "label": entry.method or "other"}
        axes.plot(entry.value(cost.key), entry.value(GAIN_KEY), "D" if entry.single else "o", **look)
