"""The figures of the two papers that show numbers, by name."""

import io
import os
from collections.abc import Callable, Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bmt_tf import _files as files
from bmt_tf.report.figures.affinity import draw_affinity_by_depth
from bmt_tf.report.figures.gain import METHODS
from bmt_tf.report.figures.labels import label_points
from bmt_tf.report.figures.style import STYLE, WIDTH, svg_text
from bmt_tf.report.papers.gain_figure import add_legend, draw_panel, gain_panels, note_below
from bmt_tf.report.papers.likeness_figure import draw_graph, draw_likeness, searched_trees
from bmt_tf.report.papers.printed import number_of, paper_table
from bmt_tf.report.papers.trees_figure import draw_paths, draw_tree_costs, paths_of
from bmt_tf.report.study import Study

_KINDS = ("svg", "png", "pdf")
_DOTS_PER_INCH = 150
Points = list[tuple[float, float, str]]


def figure_names() -> tuple[str, ...]:
    """Returns the names of the figures, such as `bmn.2b`."""
    return tuple(_FIGURES)


def paper_figure(name: str, study: Study | None = None) -> Figure:
    """Returns a figure of a paper, drawn from what is printed and counted and, where given, from runs.

    Args:
        name: One of `figure_names`.
        study: The runs, as from `read_study`; bmn.2a and bmtas.3 cannot do without, as no number of them is printed.

    Raises:
        ValueError: There is no such figure, or the runs have not what it shows.
    """
    if name not in _FIGURES:
        raise ValueError(f"`figure` must be one of {', '.join(_FIGURES)}. Received: figure={name!r}.")
    with matplotlib.rc_context(STYLE):
        return _FIGURES[name](study)


def write_figure(figure: Figure, path: str | os.PathLike) -> None:
    """Writes a figure, whole or not at all; equal figures give equal files.

    Args:
        figure: The figure.
        path: The file, local or remote; it ends in .svg, .png or .pdf.

    Raises:
        ValueError: It ends in something else.
    """
    path = os.fspath(path)
    kind = path.rpartition(".")[2].lower()
    if kind not in _KINDS:
        raise ValueError(f"`output` must end in one of {', '.join(f'.{one}' for one in _KINDS)}. Received: {path!r}.")
    with matplotlib.rc_context(STYLE):
        if kind == "svg":
            content = svg_text(figure).encode()
        else:
            file = io.BytesIO()
            dates = {"CreationDate": None} if kind == "pdf" else {}
            figure.savefig(file, format=kind, dpi=_DOTS_PER_INCH, metadata=dates)
            content = file.getvalue()
    files.write_bytes(path, content)


def _affinity_by_depth(study: Study | None) -> Figure:
    affinities = study.affinities if study else {}
    if not affinities:
        raise ValueError(_wanted("bmn.2a", "an affinity (scripts/affinity.py)", study))
    figure = Figure(figsize=(WIDTH, 4.0 * len(affinities)), layout="constrained")
    for axes, (name, result) in zip(
        figure.subplots(len(affinities), squeeze=False)[:, 0], affinities.items(), strict=True
    ):
        draw_affinity_by_depth(axes, result)
        axes.set_title(f"{name}: {len(result.images)} images", fontsize=9)
    return figure


def _trees_of_cityscapes(study: Study | None) -> Figure:
    table = paper_table("bmn.1")
    panels, paths = gain_panels([table], study), paths_of(study) if study else []
    rows = [(4.6, lambda axes, panel=panel: draw_panel(axes, panel)) for panel in panels]
    rows.insert(1, (1.9, lambda axes: draw_tree_costs(axes, table.costs, shared=1)))
    rows += [(4.0, lambda axes, one=one: draw_paths(axes, one)) for one in paths]
    figure = Figure(figsize=(0.75 * WIDTH, sum(height for height, _ in rows) + 0.6), layout="constrained")
    every = figure.subplots(len(rows), squeeze=False, gridspec_kw={"height_ratios": [height for height, _ in rows]})[
        :, 0
    ]
    named = [(axes, draw(axes)) for axes, (_, draw) in zip(every, rows, strict=True)]
    every[1].sharex(every[0])
    every[1].set_title(
        "what trees that part in the last three stages cost by count: parts per stage (trees)", fontsize=9
    )
    _name(figure, [pair for pair in named if pair[1] is not None])
    return figure


def _gain_of_pascal(study: Study | None) -> Figure:
    panels = gain_panels([paper_table("bmtas.1"), paper_table("bmtas.D-1")], study)
    rows = -(-len(panels) // 2)
    figure = Figure(figsize=(WIDTH, 4.8 * rows + 0.3), layout="constrained")
    every = list(figure.subplots(rows, 2, squeeze=False).flat)
    for axes in every[len(panels) :]:
        axes.set_axis_off()
    named = [(axes, draw_panel(axes, panel)) for axes, panel in zip(every, panels, strict=False)]
    (free,) = [row for row in paper_table("bmtas.3").rows if row.name == "w/o res. loss"]
    level = number_of(free.values[-1])
    every[0].axhline(level, color=METHODS["bmtas"], lw=1, ls=":")
    remark = "What FAFS' and BMN's trees reach is printed as a picture only."
    note_below(
        every[0], f"{remark}\nDotted: BMTAS at no price on cost, {level} in table 3, where its cost is not printed."
    )
    note_below(every[1], remark)
    _name(figure, named)
    return figure


def _name(figure: Figure, named: Sequence[tuple[Axes, Points]]) -> None:
    """Writes the legend, and the names of points where there is room once all else has its place."""
    add_legend(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # names lie inside the axes, which stay where they are
    for axes, points in named:
        label_points(figure, axes, points)


def _likeness_of_trees(study: Study | None) -> Figure:
    shown = {}  # a tree stands beside the first affinity of its tasks, of several seeds their mean
    for affinity in study.affinities.values() if study else ():
        for name, tree in searched_trees(study, affinity).items():
            shown.setdefault(tree, (affinity, name))
    pairs = [(affinity, name, tree) for tree, (affinity, name) in shown.items()]
    if not pairs:
        raise ValueError(_wanted("bmtas.3", "an affinity and a tree of a search of its tasks and blocks", study))
    figure = Figure(figsize=(1.25 * WIDTH, 4.2 * len(pairs)), layout="constrained")
    rows = figure.subplots(len(pairs), 2, squeeze=False, width_ratios=(1, 2.2))
    for (left, right), (affinity, name, tree) in zip(rows, pairs, strict=True):
        draw_likeness(left, affinity, tree)
        draw_graph(right, name, tree)
    return figure


def _wanted(name: str, what: str, study: Study | None) -> str:
    received = f"runs of {study.name} without" if study else "none, and the paper prints no number of it"
    return f"`runs` must hold {what} for the figure {name}. Received: {received}."


_FIGURES: dict[str, Callable[[Study | None], Figure]] = {
    "bmn.2a": _affinity_by_depth,
    "bmn.2b": _trees_of_cityscapes,
    "bmtas.2": _gain_of_pascal,
    "bmtas.3": _likeness_of_trees,
}
