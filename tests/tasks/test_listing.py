"""Lines of what is predicted of an image as a whole."""

import math

import numpy as np
import pytest

from bmt_tf.tasks import attribute_task, get_task
from bmt_tf.tasks.listing import LINE, RIGHT, UNKNOWN, WIDTH, WRONG, Line, draw_lines, lines_of


def test_every_attribute_has_a_line_of_its_probability_and_the_truth():
    label, prediction = np.full(40, 255, np.uint8), np.linspace(0, 1, 40, dtype=np.float32)
    label[:2] = 1, 0
    lines = lines_of(get_task("attributes"), label, prediction)
    assert [line.name for line in lines[:2]] == ["5_o_Clock_Shadow", "Arched_Eyebrows"] and len(lines) == 40
    assert [line.truth for line in lines[:2]] == [1, 0] and math.isnan(lines[2].truth)
    assert lines[39].predicted == 1 and not lines[0].shared
    (one,) = lines_of(attribute_task("Wearing Hat"), None, np.float32([0.25]))
    assert one.name == "wearing_hat" and one.predicted == 0.25 and math.isnan(one.truth)


def test_of_many_places_the_likeliest_are_listed():
    label, prediction = np.zeros(365, np.float32), np.full(365, 1e-4, np.float32)
    label[7], label[9], prediction[200] = 0.6, 0.3, 0.5
    lines = lines_of(get_task("scene"), label, prediction)
    assert [line.name for line in lines[:3]] == ["class 7", "class 200", "class 9"] and len(lines) == 8
    assert lines[0].truth == pytest.approx(0.6) and lines[0].shared


def test_bars_are_as_long_as_the_probability_and_their_colour_says_whether_it_is_right():
    def bar(**changes):
        line = Line(**{"name": "smiling", "predicted": 0.75, "truth": 1.0, "shared": False, **changes})
        pixels = np.asarray(draw_lines([line], 40))[LINE // 2]
        return {colour: int((pixels == colour).all(-1).sum()) for colour in (RIGHT, WRONG, UNKNOWN)}

    assert bar()[RIGHT] > 50 and bar()[WRONG] == 0
    assert bar(truth=0.0)[WRONG] > 50 and bar(truth=0.0)[RIGHT] == 0
    assert bar(truth=math.nan)[UNKNOWN] > 50 and bar(shared=True, truth=0.4)[UNKNOWN] > 50
    assert sum(bar(predicted=math.nan).values()) == 0
    assert bar(predicted=0.75)[RIGHT] > 2 * bar(predicted=0.25, truth=0.0)[RIGHT]


def test_forty_lines_stand_in_columns_none_above_another():
    lines = [Line(f"attribute {number}", number / 40, number % 2, False) for number in range(40)]
    picture = draw_lines(lines, 258)
    assert picture.size == (3 * WIDTH, 258)
    inked = (np.asarray(picture) < 100).all(-1)
    for number in range(40):
        column, row = divmod(number, 258 // LINE)
        assert inked[row * LINE : (row + 1) * LINE, column * WIDTH : column * WIDTH + 120].any()
        # The words end before the next column begins.
        assert not inked[row * LINE : (row + 1) * LINE, (column + 1) * WIDTH - 2 : (column + 1) * WIDTH].any()
