"""The figure of how sure a chosen tree is, block by block."""

from collections.abc import Sequence

import matplotlib
from matplotlib.figure import Figure

from bmt_tf.affinity import BlockCertainty
from bmt_tf.grouping.palette import COLOURS, INK
from bmt_tf.report.figures.style import STYLE, WIDTH, block_ticks, svg_text


def certainty_picture(blocks: Sequence[BlockCertainty]) -> str:
    """Returns in what share of the draws the chosen pairs are joined, one bar per block, beside chance.

    Args:
        blocks: How sure the choice is, in the order of the blocks.

    Returns:
        An SVG picture.
    """
    looks = (("decided", COLOURS[0], False), ("undecided", COLOURS[1], True))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
        axes = figure.add_subplot()
        for label, colour, undecided in looks:
            places = [place for place, block in enumerate(blocks) if block.undecided is undecided]
            if places:
                axes.bar(places, [100 * blocks[place].share for place in places], 0.7, color=colour, label=label)
        chances = [100 * block.chance for block in blocks]
        axes.plot(range(len(blocks)), chances, "_", ms=18, mew=2, color=INK, label="chance")
        axes.set_ylim(0, 105)
        axes.set_ylabel("draws that agree (%)")
        block_ticks(axes, [block.block for block in blocks])
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return svg_text(figure)
