"""Ways to draw the numbers of a dense label or prediction, one for each meaning that they can have.

All take the array `[H, W, channels]`, the colours of the task's classes, and the values that get the first and the last
colour; all return a picture `[H, W, 3]` from 0 to 255, of any numbers where the array is ignored.
"""

import numpy as np

IGNORED = (226, 216, 198)  # a sand colour that neither a palette, nor a grey value, nor the ramp below contains
# Depth from near to far: light and warm to dark and cold, falling in brightness all the way, so that it survives print.
RAMP = ((255, 247, 208), (252, 190, 106), (233, 110, 82), (170, 52, 110), (92, 30, 118), (24, 12, 56))
Colours = tuple[tuple[int, int, int], ...]
Span = tuple[float, float]


def by_palette(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws classes in their colours."""
    table = np.full([256, 3], IGNORED, np.uint8)
    table[: len(colours)] = colours
    return table[array[..., 0]]


def by_ramp(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws lengths by `RAMP`."""
    low, high = span
    place = np.nan_to_num((array[..., 0] - low) / max(high - low, 1e-9))
    stops = np.linspace(0, 1, len(RAMP))
    return np.stack([np.interp(place, stops, channel) for channel in np.transpose(RAMP)], axis=-1)


def by_components(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws the components of unit vectors, -1 to 1, as red, green and blue."""
    return np.nan_to_num((array + 1) * 127.5)


def in_grey(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws probabilities from black to white; several of them as their mean."""
    grey = np.asarray(array, np.float32).mean(-1, keepdims=True)
    return np.repeat(np.nan_to_num(grey) * 255, 3, axis=-1)
