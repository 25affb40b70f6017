"""The figure of what networks gain over single-task networks, against what they cost."""

import math
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bmt_tf.grouping.palette import COLOURS, INK
from bmt_tf.report.figures.labels import label_points
from bmt_tf.report.figures.style import FAINT, STYLE, WIDTH, svg_text
from bmt_tf.report.tables import GAIN, SINGLE, Entry, Table

METHODS = {
    SINGLE: INK,
    "shared": FAINT,
    "separate": "#5b6670",
    "bmn": COLOURS[0],
    "bmtas": COLOURS[7],
    "vanilla": COLOURS[1],
    "random": COLOURS[2],
    "permuted": COLOURS[3],
}
OTHER = COLOURS[4]


def gain_against_cost(table: Table, headings: Sequence[str]) -> str:
    """Returns delta_m against several costs, side by side, one labelled point per network.

    Source: BMN, figure 2b; BMTAS, figure 2.

    Args:
        table: The comparison table.
        headings: Headings of the costs' columns.

    Returns:
        An SVG picture; empty if no network has both numbers.
    """
    known = [entry for entry in table.entries if math.isfinite(entry.values.get(GAIN, math.nan))]
    if not headings or all(entry.single for entry in known):
        return ""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH / 2 * len(headings), 4.2), layout="constrained")
        row = figure.subplots(1, len(headings), sharey=True, squeeze=False)[0]
        for axes, heading in zip(row, headings, strict=True):
            unit = next(column.note for column in table.columns if column.heading == heading)
            entries = [entry for entry in known if math.isfinite(entry.values.get(heading, math.nan))]
            _points(axes, entries, heading)
            axes.set_xlabel(f"{heading} ({unit})")
        row[0].set_ylabel(f"{GAIN} (%)")
        found = {handle.get_label(): handle for axes in row for handle in axes.get_legend_handles_labels()[0]}
        figure.legend(handles=list(found.values()), loc="outside upper center", ncols=len(found))
        for axes, heading in zip(row, headings, strict=True):
            named = [entry for entry in known if heading in entry.values]
            label_points(figure, axes, [(entry.values[heading], entry.values[GAIN], entry.name) for entry in named])
        return svg_text(figure)


def _points(axes: Axes, entries: Sequence[Entry], heading: str) -> None:
    axes.axhline(0, color=INK, lw=0.8, ls=(0, (4, 3)))
    axes.margins(0.12, 0.15)
    for entry in entries:
        look = {"color": METHODS.get(entry.method, OTHER), "ms": 8, "ls": "none", "label": entry.method or "other"}
        axes.plot(entry.values[heading], entry.values[GAIN], "D" if entry.single else "o", **look)
