"""What the figures have in common: small pictures by block, the colours of lines."""

import pytest
from matplotlib.figure import Figure

from bmt_tf.grouping.palette import COLOURS
from bmt_tf.report.figures.style import FAINT, MOST_MAPS, BlockGrid, line_colour


@pytest.mark.parametrize("blocks", [1, 5, 6, 8, 24, 60])
def test_there_is_one_picture_per_shown_block_and_the_last_block_is_shown(blocks):
    grid = BlockGrid(blocks)
    figure = Figure()
    pictures = grid.draw(figure)
    assert len(pictures) == len(grid.blocks) == min(blocks, MOST_MAPS)
    assert grid.blocks[0] == 0 and grid.blocks[-1] == blocks - 1
    assert [axes for axes in figure.axes if axes.axison] == pictures


def test_the_lowest_picture_of_every_column_is_known():
    grid = BlockGrid(8)
    assert [place for place in range(8) if grid.is_lowest(place)] == [2, 3, 4, 5, 6, 7]


def test_lines_beyond_the_palette_are_pale():
    assert [line_colour(number) for number in (0, 7, 8, 20)] == [COLOURS[0], COLOURS[7], FAINT, FAINT]
