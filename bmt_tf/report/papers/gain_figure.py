"""The papers' figures of delta_m against cost: printed rows as open marks, runs of this package as filled ones."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bmt_tf.costs.units import UNITS
from bmt_tf.grouping.palette import INK
from bmt_tf.report.figures.gain import METHODS, OTHER, draw_methods, drawn_lines, gain_axes
from bmt_tf.report.lines import Line
from bmt_tf.report.papers.choices import networks_chosen
from bmt_tf.report.papers.printed import PaperRow, PaperTable, number_of
from bmt_tf.report.papers.runs_beside import tables_beside
from bmt_tf.report.study import Study
from bmt_tf.report.tables import COST_KEYS, GAIN_KEY, Table

PATHS = ("bmn", "bmtas", "fafs")  # methods whose trees of rising cost are a path
NEAR = 2.0  # costs up to so many times beyond those of the print are drawn beside it


@dataclass(frozen=True)
class Panel:
    """One picture of gain against cost.

    Args:
        title: What it is of.
        printed: The printed table; None where the runs are of networks of other costs.
        ours: Tables of runs.
        unit: Name of the unit of the costs.
        chosen: By method the names of the networks whose trees it chooses for some budget.
    """

    title: str
    printed: PaperTable | None
    ours: tuple[Table, ...]
    unit: str
    chosen: Mapping[str, frozenset[str]]


def gain_panels(tables: Sequence[PaperTable], study: Study | None) -> list[Panel]:
    """Returns a picture per printed table, with the runs whose costs are near, and one per setting of the others.

    Args:
        tables: Printed tables with costs and gains.
        study: The runs; None for the print alone.
    """
    panels, left = [], {}
    for table in tables:
        unit = table.cost.name if table.cost else ""
        chosen = networks_chosen(study, unit, every_budget=True) if study else {}
        found = [one for one in tables_beside(table, study) if drawn_lines(one, COST_KEYS[unit])] if study else []
        near = [one for one in found if _is_near(table, one)]
        left |= {repr(one.settings): (one, unit, chosen) for one in found}
        panels.append(Panel(f"{table.paper}, table {table.number}: {table.title}", table, tuple(near), unit, chosen))
    beside = {repr(one.settings) for panel in panels for one in panel.ours}
    for key, (one, unit, chosen) in left.items():
        if key not in beside:
            shown = ("data", "encoder", "image_size")
            title = ", ".join(str(one.settings[name]) for name in shown if name in one.settings)
            panels.append(Panel(f"runs: {title}", None, (one,), unit, chosen))
    return panels


def draw_panel(axes: Axes, panel: Panel) -> list[tuple[float, float, str]]:
    """Draws a picture, without names, and returns the points (x, y, name) that want one.

    Args:
        axes: Where to.
        panel: What is to be drawn.
    """
    gain_axes(axes)
    points = _draw_printed(axes, panel.printed) if panel.printed else []
    key = COST_KEYS[panel.unit]
    for table in panel.ours:
        lines = drawn_lines(table, key)
        draw_methods(axes, lines, key, _paths(table, lines, panel.chosen))
        points += [(line.entry.value(key), line.entry.value(GAIN_KEY), line.entry.name) for line in lines]
    axes.set_title(panel.title, fontsize=9)
    axes.set_xlabel(f"{UNITS[panel.unit].heading} ({UNITS[panel.unit].symbol})")
    return points


def _paths(table: Table, lines: Sequence[Line], chosen: Mapping[str, frozenset[str]]) -> dict[str, list[Line]]:
    """Returns by method the lines of its own networks, or else those of trees that it would choose for some budget."""
    found = {}
    for method in PATHS:
        own = [line for line in lines if line.entry.method == method]
        names = chosen.get(method, frozenset())
        path = own or [one for one in lines if any(table.entries[number].name in names for number in one.numbers)]
        found |= {method: path} if path else {}
    return found


def add_legend(figure: Figure) -> None:
    """Writes above a figure which colour is which method, and that open marks are printed."""
    found = {}
    for axes in figure.axes:
        handles, names = axes.get_legend_handles_labels()
        found |= {
            name: handle for name, handle in zip(names, handles, strict=True) if name in METHODS or name == "other"
        }
    marks = [Line2D([], [], ls="none", marker="o", ms=7, color=METHODS.get(name, OTHER), label=name) for name in found]
    marks.append(Line2D([], [], ls="none", marker="o", ms=7, mfc="white", mec=INK, mew=1.6, label="open: printed"))
    figure.legend(handles=marks, loc="outside upper center", ncols=min(10, len(marks)), fontsize=8)


def printed_points(table: PaperTable) -> list[tuple[PaperRow, float, float]]:
    """Returns the rows of a table that have both a cost and a gain, with these."""
    names = [column.group for column in table.columns]
    pairs = [
        (row, number_of(row.values[names.index("cost")]), number_of(row.values[names.index("gain")]))
        for row in table.rows
    ]
    return [(row, cost, gain) for row, cost, gain in pairs if math.isfinite(cost) and math.isfinite(gain)]


def _draw_printed(axes: Axes, table: PaperTable) -> list[tuple[float, float, str]]:
    rows = printed_points(table)
    for method in dict.fromkeys(row.method for row, *_ in rows):
        own = sorted((cost, gain) for row, cost, gain in rows if row.method == method)
        colour = METHODS.get(method, OTHER)
        if method in PATHS:
            axes.plot(*np.transpose(own), color=colour, lw=1.2, ls=(0, (2, 2)), zorder=2)
        look = {"mfc": "white", "mec": colour, "mew": 1.6, "ms": 7, "ls": "none", "zorder": 3}
        axes.plot(*np.transpose(own), "D" if method == "single" else "o", label=method or "other", **look)
    return [(cost, gain, row.name) for row, cost, gain in rows]


def _is_near(table: PaperTable, ours: Table) -> bool:
    """Whether runs are of the table's kind of encoder, and of costs that its axis has room for."""
    encoder = str(ours.settings.get("encoder", ""))
    if table.encoder and encoder.partition("_")[0] != table.encoder.partition("_")[0]:
        return False
    printed = [cost for _, cost, _ in printed_points(table)]
    costs = [line.entry.value(COST_KEYS[table.cost.name]) for line in drawn_lines(ours, COST_KEYS[table.cost.name])]
    return min(printed) / NEAR <= min(costs) and max(costs) <= NEAR * max(printed)


def note_below(axes: Axes, text: str) -> None:
    """Writes a small remark below the name of the lower axis."""
    axes.annotate(text, (0, 0), (0, -38), "axes fraction", "offset points", va="top", fontsize=7, color=INK)
