"""The figure of a trade-off front."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from bmt_tf.grouping.palette import COLOURS
from bmt_tf.report.figures.style import CHOSEN, FAINT, STYLE, WIDTH, svg_text
from bmt_tf.report.study import Front
from bmt_tf.report.wording import axis_label, unit_of


def front_picture(front: Front, argmax: tuple[float, float] | None = None) -> str:
    """Returns the trees that no other tree beats in cost and score, with the choice marked.

    Args:
        front: The front.
        argmax: Cost and score of the tree of a search's most likely routing, to be marked too.

    Returns:
        An SVG picture.
    """
    divisor = unit_of(front.unit).divisor
    costs = np.divide([point.cost for point in front.points], divisor)
    scores = [point.score for point in front.points]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
        axes = figure.add_subplot()
        axes.step(costs, scores, where="post", color=FAINT, lw=1)
        axes.plot(costs, scores, "o", ms=3.5, color=COLOURS[0], label="best trees of their cost")
        for point, cost in zip(front.points, costs, strict=True):
            if point.chosen:
                axes.plot(cost, point.score, "o", ms=11, mfc="none", mec=CHOSEN, mew=2.2, label="chosen")
        if argmax:
            axes.plot(argmax[0] / divisor, argmax[1], "D", ms=8, color=COLOURS[1], label="most likely routing")
        axes.set_xlabel(axis_label(front.unit))
        axes.set_ylabel("score (less is better)")
        axes.legend()
        return svg_text(figure)
