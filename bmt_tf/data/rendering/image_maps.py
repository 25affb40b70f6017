"""Heat maps of what a picture itself shows, wherever it comes from: edges of texture, and points that are easy to find.

Source: Taskonomy, as BMN uses it, has both as maps of the picture, not of the scene. Its own detectors are replaced by
the gradient and by the smaller eigenvalue of the gradients' products around a point (Shi and Tomasi), each on a fixed
scale.
"""

import numpy as np

_STEEPEST = 0.25  # of the whole range of grey, per pixel: the gradient that is 1
_SHARPEST = 0.02  # the eigenvalue that is 1
_SMOOTHING = (0.25, 0.5, 0.25)
_NEIGHBOURHOOD = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)


def texture_edge_map(image: np.ndarray) -> np.ndarray:
    """Returns how steep the grey of a picture uint8 `[H, W, 3]` is, float32 `[H, W, 1]` from 0 to 1."""
    return _heat(np.hypot(*_gradients(image)), _STEEPEST)


def key_point_map(image: np.ndarray) -> np.ndarray:
    """Returns how much a picture uint8 `[H, W, 3]` changes in every direction, float32 `[H, W, 1]` from 0 to 1."""
    across, down = _gradients(image)
    a, b, c = (_filtered(product, _NEIGHBOURHOOD) for product in (across**2, across * down, down**2))
    smaller = (a + c) / 2 - np.sqrt(((a - c) / 2) ** 2 + b**2)
    return _heat(np.maximum(smaller, 0), _SHARPEST)


def _gradients(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    grey = _filtered(image.mean(-1, dtype=np.float32) / np.float32(255), _SMOOTHING)
    padded = np.pad(grey, 1, mode="edge")
    return (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2, (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2


def _filtered(plane: np.ndarray, kernel: tuple[float, ...]) -> np.ndarray:
    """Returns a plane `[H, W]` weighted along both axes; its border is continued."""
    reach = len(kernel) // 2
    for _ in range(2):
        padded = np.pad(plane, ((reach, reach), (0, 0)), mode="edge")
        plane = sum(np.float32(weight) * padded[k : k + len(plane)] for k, weight in enumerate(kernel)).T
    return plane


def _heat(values: np.ndarray, highest: float) -> np.ndarray:
    return np.minimum(values / np.float32(highest), 1).astype(np.float32)[..., None]
