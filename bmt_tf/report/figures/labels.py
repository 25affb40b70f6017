"""Names beside the points of a figure, placed such that none hides another."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation

ALL_NAMED = 12  # points that all get their name, whatever it hides


def label_points(figure: Figure, axes: Axes, points: Sequence[tuple[float, float, str]]) -> list[Annotation | None]:
    """Writes names beside points (x, y, name), each at the first place that hides no name, point, tick or level 0.

    Of many points those are left without a name for which there is no such place.

    Returns:
        The texts, in the order of the points; None for those left out.
    """
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    taken = [np.r_[xy - 6, xy + 6] for xy in axes.transData.transform([point[:2] for point in points])]
    taken += [_box(text, renderer) for text in axes.get_xticklabels() + axes.get_yticklabels()]
    frame = axes.get_window_extent(renderer).extents
    level = axes.transData.transform((0, 0))[1]
    taken.append(np.array([frame[0], level - 1, frame[2], level + 1]))
    texts: list[Annotation | None] = []
    for *point, name in points:
        places = [(x, y, side) for y in (0, 13, -13, 26, -26, 39) for x, side in ((9, "left"), (-9, "right"))]
        for x, y, side in places:
            text = axes.annotate(name, point, (x, y), textcoords="offset points", ha=side, va="center", size=8)
            box = _box(text, renderer)
            free = frame[0] <= box[0] and box[2] <= frame[2] and not any(_overlap(box, other) for other in taken)
            if free or (len(points) <= ALL_NAMED and (x, y, side) == places[-1]):
                taken.append(box)
                texts.append(text)
                break
            text.remove()
        else:
            texts.append(None)
    return texts


def _box(text, renderer) -> np.ndarray:
    return text.get_window_extent(renderer).extents


def _overlap(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
