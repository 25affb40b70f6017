"""Panels: a photograph with its labels above and a network's predictions below, as one PNG."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bmt_tf.grouping.palette import INK
from bmt_tf.tasks import Task
from bmt_tf.tasks.colouring import colour_map, value_span
from bmt_tf.tasks.listing import draw_lines, lines_of

PAPER = "white"
LEGEND = "predicted, truth (stroke)"
GAP, HEADER, SMALLEST = 6, 18, 160  # pixels: between pictures, above a column, least width of a picture


def prediction_panel(
    image: np.ndarray,
    labels: Mapping[str, np.ndarray],
    predictions: Mapping[str, np.ndarray],
    tasks: Sequence[Task],
) -> bytes:
    """Returns a panel of all tasks: pictures of labels above those of predictions, on one colour scale, and lines.

    Tasks with a label per pixel have a column of pictures each. Those of one label per image follow as lines: for each
    attribute, or the likeliest classes, the predicted probability beside the truth.

    Args:
        image: uint8 `[H, W, 3]`.
        labels: Label by task name, `[H, W, channels]`; a task without one is drawn as a blank.
        predictions: Decoded prediction by task name, in the form of the label; likewise.
        tasks: The tasks to show, in this order.

    Returns:
        The bytes of a PNG file.

    Raises:
        ValueError: `image` is no RGB image.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(f"`image` must be uint8 [H, W, 3]. Received: {image.dtype} {image.shape}.")
    columns, lines = [("image", image, None)], []
    for task in tasks:
        pair = [source.get(task.name) for source in (labels, predictions)]
        if task.kind.dense:
            span = value_span(*(array for array in pair if array is not None))
            columns.append((task.name, *(None if a is None else colour_map(a, task, span) for a in pair)))
        else:
            lines += lines_of(task, *pair)
    height, width = _shown_size(image.shape[0], image.shape[1])
    return _arrange(columns, draw_lines(lines, 2 * height + GAP) if lines else None, height, width)


def _shown_size(height: int, width: int) -> tuple[int, int]:
    """Returns a whole multiple of the image's size, large enough to be looked at."""
    factor = -(-SMALLEST // width)
    return height * factor, width * factor


def _arrange(
    columns: Sequence[tuple[str, np.ndarray | None, np.ndarray | None]],
    lines: Image.Image | None,
    height: int,
    width: int,
) -> bytes:
    pictures = len(columns) * (width + GAP)
    whole = pictures + lines.width if lines else pictures - GAP
    sheet = Image.new("RGB", (whole, HEADER + 2 * height + GAP), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for place, (title, above, below) in enumerate(columns):
        left = place * (width + GAP)
        draw.text((left, 1), title, fill=INK, font=font)
        for top, picture in ((HEADER, above), (HEADER + height + GAP, below)):
            if picture is not None:
                sheet.paste(Image.fromarray(picture).resize((width, height), Image.Resampling.NEAREST), (left, top))
    words = ["label above", "prediction below"] if len(columns) > 1 else []
    for row, text in enumerate(words):
        draw.text((4, HEADER + height + GAP + 6 + 16 * row), text, fill=INK, font=font)
    if lines:
        draw.text((pictures + 4, 1), LEGEND, fill=INK, font=font)
        sheet.paste(lines, (pictures, HEADER))
    file = io.BytesIO()
    sheet.save(file, format="PNG", optimize=True)
    return file.getvalue()
