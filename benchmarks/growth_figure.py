"""The growth of time and memory as a figure: a column of two pictures for each argument that grows."""

from collections.abc import Mapping

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from benchmarks.growth import Arguments, Point, Work
from bmt_tf.report.figures.style import STYLE, line_colour, svg_text

AXES = {"tasks": "tasks T", "candidates": "candidates J", "side": "pixels", "blocks": "blocks L"}
PICTURE = 2.6, 2.9  # inches


def growth_figure(works: Mapping[str, Work], points: Mapping[tuple[str, Arguments], Point]) -> str:
    """Returns a figure: below each other the seconds and the memory of a work, for each of its arguments.

    Axes of sizes and seconds are logarithmic: what grows as a power is a straight line, and its exponent stands beside
    its name. Memory, most of which does not grow, is drawn from zero.

    Args:
        works: The works, by name.
        points: What was measured, by work and arguments.

    Returns:
        An SVG picture.
    """
    columns = [(name, argument) for name, work in works.items() for argument in work.growing]
    with matplotlib.rc_context({**STYLE, "font.size": 8}):
        figure = Figure(figsize=(PICTURE[0] * len(columns), 2 * PICTURE[1]), layout="constrained")
        pictures = figure.subplots(2, len(columns), squeeze=False, sharex="col")
        for (name, argument), (above, below) in zip(columns, pictures.T, strict=True):
            work = works[name]
            values = work.growing[argument]
            curve = [points[name, tuple({**work.usual, argument: value}.items())] for value in values]
            sizes = [value**2 if argument == "side" else value for value in values]
            above.set_title(name)
            for number, what in enumerate(curve[0].seconds):
                _draw(above, sizes, [point.seconds[what] for point in curve], number, what)
            _span_a_decade(above)
            held = [point.bytes / 2**30 for point in curve]
            below.semilogx(sizes, held, "o-", color=line_colour(3), ms=4)
            below.set_ylim(0, 1.1 * max(held))
            below.set_xlabel(f"{AXES[argument]} ({_others(work, argument)})")
            below.set_xticks(sizes, [f"{value}²" if argument == "side" else str(value) for value in values])
            below.minorticks_off()
        pictures[0, 0].set_ylabel("seconds")
        pictures[1, 0].set_ylabel("memory, GiB")
        return svg_text(figure)


def _draw(axes, sizes, values, number: int, what: str) -> None:
    exponent = round(np.polyfit(np.log(sizes), np.log(values), 1)[0], 1) + 0.0  # no -0.0
    axes.loglog(sizes, values, "o-", color=line_colour(number), ms=4, label=f"{what}: power {exponent:.1f}")
    axes.legend(fontsize=7)


def _span_a_decade(axes) -> None:
    """Widens an axis on which noise would look like growth."""
    low, high = axes.get_ylim()
    if high < 10 * low:
        middle = (low * high) ** 0.5
        axes.set_ylim(middle / 10**0.5, middle * 10**0.5)


def _others(work: Work, argument: str) -> str:
    symbols = {"tasks": "T = {}", "candidates": "J = {}", "side": "{0} x {0}", "blocks": "L = {}"}
    return ", ".join(symbols[name].format(value) for name, value in work.usual.items() if name != argument)
