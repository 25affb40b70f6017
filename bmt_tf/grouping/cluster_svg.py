"""A grouping's tree of many tasks as an SVG picture: boxes of tasks that stay together, their names at the ends.

A box is a run of blocks that some tasks share; it says how many. Where no block parts them any more their names follow.
"""

import itertools
from collections.abc import Sequence
from html import escape

from bmt_tf.grouping.drawing import Branch, branches_from, run_name
from bmt_tf.grouping.palette import INK, task_colour
from bmt_tf.grouping.partitions import Partition

MANY_TASKS = 12
_FAINT, _PAPER, _BOX = "#6b7a88", "#ffffff", "#f3f6f9"
_TEXT, _GAP, _MARGIN, _SPACE = 16, 46, 16, 12  # pixels: a line of names, between columns, border, between ends
_LETTER = 7.0  # width of a letter at 12 pixels, on the wide side
_LINE = 72  # letters of names in a line


def to_cluster_svg(tasks: Sequence[str], blocks: Sequence[str], partitions: Sequence[Partition]) -> str:
    """Returns the picture as the text of a self-contained SVG file."""
    root = Branch(tuple(tasks), ("stem",), branches_from(partitions, blocks, 0, tasks))
    picture = _Picture(root)
    summary = escape(f"Tree of {', '.join(tasks)} over {len(blocks)} blocks")
    width, height = picture.width + _MARGIN, picture.height + _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
            f'height="{height:.0f}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="12">',
            f"<title>{summary}</title>",
            f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
            *picture.lines,
            *picture.boxes,
            "</svg>\n",
        ]
    )


class _Picture:
    """The parts of the picture, and its size in pixels."""

    def __init__(self, root: Branch):
        self.lines: list[str] = []
        self.boxes: list[str] = []
        self.width, self.height = 0.0, float(_MARGIN)
        depths = itertools.groupby(sorted(_with_depth(root, 0), key=lambda one: one[0]), lambda one: one[0])
        widths = [max(_LETTER * max(map(len, _words(branch))) + 20 for _, branch in level) for _, level in depths]
        self._widths = widths
        self._lefts = list(itertools.accumulate(widths, lambda left, width: left + width + _GAP, initial=_MARGIN))
        self._ends = 0
        self._draw(root, 0)

    def _draw(self, branch: Branch, depth: int) -> tuple[float, str]:
        """Draws a box and all behind it; returns the height of its middle and its colour."""
        left, width = self._lefts[depth], self._widths[depth]
        right = left + width
        if branch.children:
            below = [(*self._draw(child, depth + 1), len(child.tasks)) for child in branch.children]
            y, colour = (below[0][0] + below[-1][0]) / 2, _FAINT
            for end, of_child, count in below:
                self.lines.append(_curve(right, y, self._lefts[depth + 1], end, of_child, count))
        else:
            y, colour = self._names(branch.tasks, right)
        first, second = _words(branch)
        self.boxes += [
            f'<rect x="{left:.1f}" y="{y - 17:.1f}" width="{width:.1f}" height="34" rx="8" fill="{_BOX}" '
            f'stroke="{INK}" stroke-opacity="0.55"/>',
            _text(left + width / 2, y - 3, first, INK, "middle"),
            _text(left + width / 2, y + 11, second, _FAINT, "middle"),
        ]
        return y, colour

    def _names(self, tasks: Sequence[str], left: float) -> tuple[float, str]:
        """Writes the names of the tasks at an end; returns the height of their middle and their colour."""
        rows, colour = _rows(tasks), task_colour(self._ends)
        self._ends += 1
        height = max(36, _TEXT * len(rows))
        y = self.height + height / 2
        for number, row in enumerate(rows):
            self.boxes.append(_text(left + 12, y + 4 + _TEXT * (number - (len(rows) - 1) / 2), row, colour, "start"))
        self.height += height + _SPACE
        self.width = max(self.width, left + 12 + _LETTER * max(map(len, rows)))
        return y, colour


def _with_depth(branch: Branch, depth: int):
    yield depth, branch
    for child in branch.children:
        yield from _with_depth(child, depth + 1)


def _words(branch: Branch) -> tuple[str, str]:
    count = len(branch.tasks)
    return run_name(branch.blocks), f"{count} task{'s' if count > 1 else ''}"


def _rows(tasks: Sequence[str]) -> list[str]:
    """Returns the names of tasks in lines."""
    rows = [""]
    for number, task in enumerate(tasks):
        word = task + ("," if number < len(tasks) - 1 else "")
        if rows[-1] and len(rows[-1]) + 1 + len(word) > _LINE:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _curve(left: float, start: float, right: float, end: float, colour: str, tasks: int) -> str:
    middle = (left + right) / 2
    return (
        f'<path d="M{left:.1f} {start:.1f} C{middle:.1f} {start:.1f} {middle:.1f} {end:.1f} {right:.1f} {end:.1f}" '
        f'stroke="{colour}" stroke-width="{min(12, 1.5 + tasks / 4):.1f}" fill="none"/>'
    )
