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


def by_falling_ramp(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws disparities by `RAMP` from its end, so that what is near is light, as it is where depth is drawn."""
    low, high = span
    return by_ramp(low + high - array, colours, span)


def by_direction(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws offsets `[H, W, 2]`: the direction as a hue, the length as its strength, white for none."""
    across, down = np.moveaxis(np.nan_to_num(np.asarray(array, np.float32)), -1, 0)
    strength = np.clip(np.hypot(across, down) / max(*map(abs, span), 1e-9), 0, 1)
    # The three channels of a pure hue are cosines, a third of a turn apart.
    turns = np.arctan2(down, across)[..., None] - np.float32(2 * np.pi / 3) * np.arange(3, dtype=np.float32)
    return 255 * (1 - strength[..., None] * (0.5 - 0.5 * np.cos(turns)))


def by_heat(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws heat maps by `RAMP` from dark at 0 to light at the largest value that is to be seen."""
    return by_ramp(-np.asarray(array, np.float32), colours, (-max(span[1], 1e-9), 0.0))


def by_components(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws the components of unit vectors, -1 to 1, as red, green and blue."""
    return np.nan_to_num((array + 1) * 127.5)


def in_grey(array: np.ndarray, colours: Colours, span: Span) -> np.ndarray:
    """Draws probabilities from black to white; several of them as their mean."""
    grey = np.asarray(array, np.float32).mean(-1, keepdims=True)
    return np.repeat(np.nan_to_num(grey) * 255, 3, axis=-1)
