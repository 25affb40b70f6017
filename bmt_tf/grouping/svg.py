"""A grouping's tree as an SVG picture in the manner of a metro map.

Each task is a line with its own colour, running from the stem through the blocks to its head; a box is a run of blocks
computed once for all lines that pass through it. Blocks with the same partition are drawn as one column.
"""

import itertools
from collections.abc import Sequence
from html import escape

from bmt_tf.grouping.cluster_svg import MANY_TASKS, to_cluster_svg
from bmt_tf.grouping.drawing import run_name
from bmt_tf.grouping.palette import INK, task_colour
from bmt_tf.grouping.partitions import Partition, labels_of

_FAINT, _PAPER, _BOX = "#6b7a88", "#ffffff", "#f3f6f9"
_ROW, _TOP, _MARGIN, _GAP = 34, 64, 16, 54  # pixels: height of a task's line, of the header, border, between columns
_LETTER = 7.2  # width of a letter at 12 pixels, on the wide side


def to_svg(tasks: Sequence[str], blocks: Sequence[str], partitions: Sequence[Partition]) -> str:
    """Returns the picture as the text of a self-contained SVG file; many tasks are drawn by clusters."""
    if len(tasks) > MANY_TASKS:
        return to_cluster_svg(tasks, blocks, partitions)
    rows = _rows(tasks, partitions)
    columns = _columns(tasks, blocks, partitions)
    widths = [_column_width(header, count, tasks) for header, count, _ in columns]
    lefts = list(itertools.accumulate(widths, lambda left, width: left + width + _GAP, initial=_MARGIN))
    width, height = lefts[-1] - _GAP + _MARGIN, _TOP + _ROW * len(tasks) + _MARGIN

    lines, boxes = [], []
    for number, ((header, count, partition), left, column_width) in enumerate(
        zip(columns, lefts, widths, strict=False)
    ):
        boxes += _header(header, count, left + column_width / 2)
        head = number == len(columns) - 1
        boxes += [_box(part, rows, left, column_width, head) for part in partition]
        for task in tasks:
            boxes += _stop(task, rows, left, tasks)
            if number:
                start = lefts[number - 1] + widths[number - 1]
                lines.append(_line(_colour(task, tasks), start, left, _y(task, rows)))
    summary = escape(f"Tree of {', '.join(tasks)} over {len(blocks)} blocks")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" '
            f'height="{height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="12">',
            f"<title>{summary}</title>",
            f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def _rows(tasks: Sequence[str], partitions: Sequence[Partition]) -> dict[str, int]:
    """Returns the row of each task, such that the tasks of every part stand together."""
    paths = zip(*(labels_of(partition, tasks) for partition in partitions), strict=True)
    order = sorted(zip(paths, range(len(tasks)), tasks, strict=True))
    return {task: row for row, (_, _, task) in enumerate(order)}


def _columns(tasks, blocks, partitions) -> list[tuple[str, int, Partition]]:
    """Returns (header, number of blocks, partition) of the stem, of each run of equal partitions, and of the heads."""
    columns = [("stem", 0, (tuple(tasks),))]
    for partition, run in itertools.groupby(range(len(blocks)), key=lambda block: partitions[block]):
        names = [blocks[block] for block in run]
        columns.append((run_name(names), len(names), partition))
    return [*columns, ("heads", 0, tuple((task,) for task in tasks))]


def _column_width(header: str, count: int, tasks: Sequence[str]) -> float:
    letters = max(len(header), len(f"{count} blocks"), 3 + max(map(len, tasks)))
    return _LETTER * letters + 20


def _header(header: str, count: int, centre: float) -> list[str]:
    below = "" if not count else f"{count} block{'s' if count > 1 else ''}"
    return [
        f'<text x="{centre:.1f}" y="28" text-anchor="middle" fill="{INK}" font-weight="bold">{escape(header)}</text>',
        f'<text x="{centre:.1f}" y="45" text-anchor="middle" fill="{_FAINT}" font-size="11">{below}</text>',
    ]


def _box(part: Sequence[str], rows: dict[str, int], left: float, width: float, head: bool) -> str:
    top = min(_y(task, rows) for task in part) - _ROW / 2 + 3
    height = _ROW * len(part) - 6
    fill, dash = (_PAPER, ' stroke-dasharray="4 3"') if head else (_BOX, "")
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height}" rx="9" fill="{fill}" '
        f'stroke="{INK}" stroke-opacity="0.55"{dash}/>'
    )


def _stop(task: str, rows: dict[str, int], left: float, tasks: Sequence[str]) -> list[str]:
    y = _y(task, rows)
    return [
        f'<circle cx="{left + 13:.1f}" cy="{y:.1f}" r="4.5" fill="{_colour(task, tasks)}"/>',
        f'<text x="{left + 24:.1f}" y="{y + 4:.1f}" fill="{INK}">{escape(task)}</text>',
    ]


def _line(colour: str, start: float, end: float, y: float) -> str:
    return f'<path d="M{start:.1f} {y:.1f} L{end:.1f} {y:.1f}" stroke="{colour}" stroke-width="4" fill="none"/>'


def _y(task: str, rows: dict[str, int]) -> float:
    return _TOP + _ROW * (rows[task] + 0.5)


def _colour(task: str, tasks: Sequence[str]) -> str:
    return task_colour(list(tasks).index(task))
