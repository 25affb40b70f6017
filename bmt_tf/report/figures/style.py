"""What the figures of a report have in common: how they look, the names of blocks, one small picture per block."""

import io
import math
import re
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bmt_tf.data import evenly_spread
from bmt_tf.grouping.palette import COLOURS, INK

FAINT = "#8b98a5"
CHOSEN = COLOURS[7]  # what a method has settled on
WIDTH = 10.8  # inches
MOST_MAPS = 24
MAPS_PER_ROW = 6
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


def svg_text(figure: Figure) -> str:
    """Returns a figure as the text of an SVG picture, drawn to a hundredth of a point; equal ones give equal texts."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return re.sub(r"(?<=[\s\"(,-])(\d+\.\d\d)\d+(?=[\s\"),])", r"\1", file.getvalue())


def line_colour(number: int) -> str:
    """Returns the colour of one of several lines; those beyond the palette are pale alike."""
    return COLOURS[number] if number < len(COLOURS) else FAINT


def block_ticks(axes: Axes, blocks: Sequence[str]) -> None:
    """Names the blocks below a picture's lower axis, block number l at l."""
    axes.set_xticks(
        range(len(blocks)),
        blocks,
        rotation=45 if len(blocks) > 6 else 0,
        ha="right" if len(blocks) > 6 else "center",
        rotation_mode="anchor",
    )


class BlockGrid:
    """The places of small pictures, one per block in rows: of many blocks evenly spaced ones, the last included."""

    def __init__(self, blocks: int):
        self.blocks: np.ndarray = evenly_spread(blocks, MOST_MAPS)
        self.columns = min(MAPS_PER_ROW, len(self.blocks))
        self.rows = math.ceil(len(self.blocks) / self.columns)

    def draw(self, figure: Figure, **options) -> list[Axes]:
        """Returns the pictures of the shown blocks; places that are left over are blank."""
        pictures = list(figure.subplots(self.rows, self.columns, squeeze=False, **options).flat)
        for place in pictures[len(self.blocks) :]:
            place.set_axis_off()
        return pictures[: len(self.blocks)]

    def is_lowest(self, place: int) -> bool:
        """Whether no picture stands below this one."""
        return place + self.columns >= len(self.blocks)
