"""From edge probabilities to the level map that is thresholded: quantisation and non-maximum suppression.

Source: the reader of continuous edge maps in the SEISM toolbox, after the edge toolbox of Dollar and Zitnick, 2015.
"""

import numpy as np
from scipy import ndimage

# The thresholds on the probability: SEISM's list for maps after suppression, and equal steps for maps as they are.
NMS_THRESHOLDS = np.array([0.001, *(step / 100 for step in range(1, 100)), 0.999])
PLAIN_THRESHOLDS = np.array([step / 100 for step in range(1, 100)])

_TRIANGLE = np.array([1, 2, 3, 4, 5, 4, 3, 2, 1]) / 25
_TOLERANCE = 1.01
_DAMPED_PIXELS = 5


def quantise(probabilities: np.ndarray) -> np.ndarray:
    """Returns probabilities as they come back from an 8-bit image, truncated to float64 multiples of 1 / 255."""
    if probabilities.dtype == np.uint8:
        return probabilities / 255
    return np.floor(probabilities.astype(np.float64) * 255) / 255


def levels(probabilities: np.ndarray, nms: bool = True) -> np.ndarray:
    """Returns at how many thresholds, from the lowest on, each pixel is a predicted edge, int `[H, W]`.

    With `nms`, what is no maximum is suppressed, and the rest compared with `NMS_THRESHOLDS` (greater than); otherwise
    all is compared with `PLAIN_THRESHOLDS` (greater or equal).
    """
    if nms:
        return np.searchsorted(NMS_THRESHOLDS, suppress(probabilities), side="left")
    return np.searchsorted(PLAIN_THRESHOLDS, probabilities, side="right")


def suppress(probabilities: np.ndarray) -> np.ndarray:
    """Returns edge probabilities, float64 `[H, W]`, that are zero where they are no maximum across the edge.

    The direction comes from second derivatives of the smoothed map; a pixel stays if it is at least 1 / 1.01 of the
    values one pixel away on both sides. Towards the border of the image values fall to zero over 5 pixels.
    """
    angles = _across(probabilities)
    rows, columns = np.nonzero(probabilities)
    values, angles = probabilities[rows, columns], angles[rows, columns]
    step_x, step_y = np.cos(angles), np.sin(angles)
    kept = np.ones(len(values), bool)
    for sign in (1, -1):
        kept &= _TOLERANCE * values >= _sample(probabilities, columns + sign * step_x, rows + sign * step_y)
    result = np.zeros_like(probabilities)
    result[rows[kept], columns[kept]] = values[kept]
    return result * _damping(result.shape[0])[:, None] * _damping(result.shape[1])


def _across(probabilities: np.ndarray) -> np.ndarray:
    """Returns the direction across the edge, 0 to pi, x to the right and y down."""
    smooth = ndimage.correlate1d(probabilities, _TRIANGLE, axis=0, mode="reflect")
    smooth = ndimage.correlate1d(smooth, _TRIANGLE, axis=1, mode="reflect")
    dy, dx = _gradient(smooth, 0), _gradient(smooth, 1)
    dxx, dxy, dyy = _gradient(dx, 1), _gradient(dy, 1), _gradient(dy, 0)
    return np.arctan(dyy * np.sign(-dxy) / (dxx + 1e-5)) % np.pi


def _gradient(values: np.ndarray, axis: int) -> np.ndarray:
    return np.gradient(values, axis=axis) if values.shape[axis] > 1 else np.zeros_like(values)


def _sample(values: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Returns bilinear samples, positions outside moved to the border."""
    height, width = values.shape
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = x.astype(np.intp), y.astype(np.intp)
    x, y = x - left, y - top
    first, right, below = top * width + left, left < width - 1, (top < height - 1) * width
    flat = values.ravel()
    upper = flat[first] * (1 - x) + flat[first + right] * x
    lower = flat[first + below] * (1 - x) + flat[first + below + right] * x
    return upper * (1 - y) + lower * y


def _damping(size: int) -> np.ndarray:
    """Returns factors per row or column: 0, 1/5, ..., 1 from either border on."""
    border = min(_DAMPED_PIXELS, size // 2)
    index = np.arange(size)
    return np.minimum(1, np.minimum(index, index[::-1]) / max(border, 1)) if border else np.ones(size)
