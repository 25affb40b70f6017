"""What is predicted of an image as a whole, as lines: name, predicted probability, and the truth."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bmt_tf.grouping.palette import INK
from bmt_tf.tasks.task import Task

LINE, WIDTH = 15, 276  # pixels: height of a line, width of a column of lines
PAPER = "white"
RIGHT, WRONG, UNKNOWN = (44, 111, 176), (201, 61, 43), (150, 150, 150)  # colours of a bar
_BAR_LEFT, _BAR, _WORDS = 132, 76, 214  # pixels: where the bar begins, its length at 1, where the words begin
_LETTERS = 21  # of a name, to the bar
_LIKELIEST = 8  # how many of many classes that share one are listed


class Line(NamedTuple):
    """One line.

    Args:
        name: What is predicted: an attribute, or a class.
        predicted: Its probability, 0 to 1; NaN where there is no prediction.
        truth: That of the label; NaN where it is not known.
        shared: Whether it shares one with the other classes of the task, so that a half decides nothing.
    """

    name: str
    predicted: float
    truth: float
    shared: bool


def lines_of(task: Task, label: np.ndarray | None, prediction: np.ndarray | None) -> list[Line]:
    """Returns the lines of a task with one label per image: one for each attribute, or the likeliest classes.

    Args:
        task: The task.
        label: Its label `[channels]`, or None.
        prediction: The decoded prediction `[channels]`, or None.
    """
    nothing = np.full(task.channels, np.nan)
    truth = nothing if label is None else np.where(task.kind.is_ignored(label), np.nan, label).astype(float)
    predicted = nothing if prediction is None else np.asarray(prediction, float)
    names = task.classes or tuple(f"class {number}" for number in range(task.channels))
    names = (task.name,) if task.channels == 1 else names
    shared = task.kind.dtype.startswith("float")
    found = [Line(*line, shared) for line in zip(names, predicted, truth, strict=True)]
    if not shared or len(found) <= _LIKELIEST:
        return found
    likely = np.nanmax(np.stack([predicted, truth, np.zeros(len(found))]), axis=0)
    return [found[place] for place in np.argsort(-likely, kind="stable")[:_LIKELIEST]]


def draw_lines(lines: Sequence[Line], height: int) -> Image.Image:
    """Returns a picture of at least this height with the lines in as many columns as they need.

    A bar is as long as the predicted probability. It is blue where the prediction is right, red where it is wrong, and
    grey where the truth is not known or no half decides; a stroke stands where the truth is.
    """
    per_column = max(1, height // LINE)
    columns = -(-len(lines) // per_column)
    picture = Image.new("RGB", (columns * WIDTH, max(height, LINE)), PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(11)
    for place, line in enumerate(lines):
        _draw(draw, font, line, place // per_column * WIDTH, place % per_column * LINE)
    return picture


def _draw(draw: ImageDraw.ImageDraw, font, line: Line, left: int, top: int) -> None:
    name = line.name if len(line.name) <= _LETTERS else f"{line.name[: _LETTERS - 2]}.."
    draw.text((left + 4, top), name, fill=INK, font=font)
    low, high, bar = top + 3, top + LINE - 4, left + _BAR_LEFT
    draw.rectangle((bar, low, bar + _BAR, high), outline=(215, 215, 215))
    if np.isfinite(line.predicted):
        draw.rectangle((bar, low, bar + round(line.predicted * _BAR), high), fill=_colour(line))
    if np.isfinite(line.truth):
        mark = bar + round(line.truth * _BAR)
        draw.line((mark, low - 2, mark, high + 2), fill=INK, width=2)
    draw.text((left + _WORDS, top), _words(line), fill=INK, font=font)


def _colour(line: Line) -> tuple[int, int, int]:
    if line.shared or not np.isfinite(line.truth):
        return UNKNOWN
    return RIGHT if (line.predicted >= 0.5) == (line.truth >= 0.5) else WRONG


def _words(line: Line) -> str:
    """The probability in per cent, and the truth."""
    predicted = f"{line.predicted:.0%}" if np.isfinite(line.predicted) else "-"
    if not np.isfinite(line.truth):
        return f"{predicted}, ?"
    truth = f"{line.truth:.0%}" if line.shared else "yes" if line.truth >= 0.5 else "no"
    return f"{predicted}, {truth}"
