"""Panels: a photograph with its labels above and a network's predictions below, as one PNG."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bmt_tf.grouping.palette import INK
from bmt_tf.tasks import Task
from bmt_tf.tasks.colouring import colour_map, value_span

PAPER = "white"
GAP, HEADER, SMALLEST = 6, 18, 160  # pixels: between pictures, above a column, least width of a picture


def prediction_panel(
    image: np.ndarray,
    labels: Mapping[str, np.ndarray],
    predictions: Mapping[str, np.ndarray],
    tasks: Sequence[Task],
) -> bytes:
    """Returns a panel with one column per dense task: the label above, the prediction below, on one colour scale.

    Args:
        image: uint8 `[H, W, 3]`.
        labels: Label by task name, `[H, W, channels]`; a task without one is drawn as a blank.
        predictions: Decoded prediction by task name, in the form of the label; likewise.
        tasks: The tasks to show, in this order. Tasks with one label per image are left out.

    Returns:
        The bytes of a PNG file.

    Raises:
        ValueError: `image` is no RGB image.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(f"`image` must be uint8 [H, W, 3]. Received: {image.dtype} {image.shape}.")
    columns = [("image", image, None)]
    for task in tasks:
        if task.kind.dense:
            pair = [source.get(task.name) for source in (labels, predictions)]
            span = value_span(*(array for array in pair if array is not None))
            columns.append((task.name, *(None if a is None else colour_map(a, task, span) for a in pair)))
    return _arrange(columns, *_shown_size(image.shape[0], image.shape[1]))


def _shown_size(height: int, width: int) -> tuple[int, int]:
    """Returns a whole multiple of the image's size, large enough to be looked at."""
    factor = -(-SMALLEST // width)
    return height * factor, width * factor


def _arrange(columns: Sequence[tuple[str, np.ndarray | None, np.ndarray | None]], height: int, width: int) -> bytes:
    sheet = Image.new("RGB", (len(columns) * (width + GAP) - GAP, HEADER + 2 * height + GAP), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for place, (title, above, below) in enumerate(columns):
        left = place * (width + GAP)
        draw.text((left, 1), title, fill=INK, font=font)
        for top, picture in ((HEADER, above), (HEADER + height + GAP, below)):
            if picture is not None:
                sheet.paste(Image.fromarray(picture).resize((width, height), Image.Resampling.NEAREST), (left, top))
    for row, words in enumerate(("label above", "prediction below")):
        draw.text((4, HEADER + height + GAP + 6 + 16 * row), words, fill=INK, font=font)
    file = io.BytesIO()
    sheet.save(file, format="PNG", optimize=True)
    return file.getvalue()
