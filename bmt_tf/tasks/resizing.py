"""Labels brought to another size, of an image that stays the same."""

import numpy as np


def nearest(label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Takes a label `[h, w, channels]` to `size` `(H, W)` by the pixels `floor(target * old / new)`, as OpenCV does."""
    rows, columns = (np.arange(new) * old // new for new, old in zip(size, label.shape, strict=False))
    return label[rows][:, columns]


def bicubic_directions(label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Interpolates unit vectors float32 `[h, w, 3]` and makes them unit vectors again; NaN as in `nearest`."""
    from PIL import Image

    height, width = size
    vectors = np.nan_to_num(label, nan=0.0)
    axes = [Image.fromarray(vectors[..., axis]) for axis in range(3)]
    vectors = np.stack([np.asarray(axis.resize((width, height), Image.Resampling.BICUBIC)) for axis in axes], axis=-1)
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    valid = ~np.isnan(nearest(label, size)) & (length > 0)
    return np.where(valid, vectors / np.where(length > 0, length, 1), np.nan).astype(np.float32)
