"""Photographs and arrays as they lie in files, before they mean anything."""

import io

import numpy as np

from bmt_tf import _files as files

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
_COLOUR_MODES = ("RGB", "RGBA", "L", "LA", "P", "PA", "1", "CMYK", "YCbCr")


def read_image(path: str) -> np.ndarray:
    """Returns a photograph.

    Grey ones get three equal channels; transparency is dropped. The orientation that a camera may have noted beside
    the pixels is not applied, as the labels were drawn on the pixels as they are stored.

    Args:
        path: A JPEG or PNG file.

    Returns:
        uint8 `[H, W, 3]`, RGB.

    Raises:
        ValueError: The file is no image with 8 bits per channel, or is cut off or damaged.
    """
    image = _open(path)
    if image.mode not in _COLOUR_MODES:
        raise ValueError(f"{path}: an image must have 8 bits per channel. Received: Pillow mode {image.mode!r}.")
    return np.array(_decoded(path, image.convert, "RGB"))


def image_size(path: str) -> tuple[int, int]:
    """Returns height and width of an image file from its header.

    Args:
        path: An image file.

    Returns:
        `(H, W)` in pixels.
    """
    width, height = _open(path).size
    return height, width


def read_array(path: str, key: str | None = None) -> np.ndarray:
    """Returns the numbers that a label file holds, as they are stored.

    Args:
        path: An image (`.png`, `.jpg`; palette images give the indices), a NumPy array (`.npy`) or a MATLAB file
            (`.mat`, up to version 7).
        key: Name of the variable in a MATLAB file.

    Returns:
        The array, of any shape and number type.

    Raises:
        ValueError: The file is of another kind, damaged, or holds no plain numbers.
    """
    suffix = path[path.rfind(".") :].lower()
    if suffix in IMAGE_SUFFIXES:
        return _decoded(path, np.array, _open(path))
    content = io.BytesIO(files.read_bytes(path))
    if suffix == ".npy":
        array = _decoded(path, np.load, content, allow_pickle=False)
    elif suffix == ".mat":
        from scipy.io import loadmat

        variables = _decoded(path, loadmat, content)
        if key not in variables:
            names = sorted(name for name in variables if not name.startswith("__"))
            raise ValueError(f"{path}: the file must hold the variable {key!r}. Received: variables {names}.")
        array = variables[key]
    else:
        raise ValueError(f"{path}: a label file must be .png, .jpg, .npy or .mat. Received: {suffix!r}.")
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise ValueError(f"{path}: a label file must hold one array of plain numbers. Received: {_describe(array)}.")
    return array


def _open(path: str):
    from PIL import Image

    # A local path, unlike the bytes, lets Pillow read no more than the header until the pixels are asked for.
    return _decoded(path, Image.open, io.BytesIO(files.read_bytes(path)) if files.is_remote(path) else path)


def _decoded(path: str, decode, *arguments, **options):
    """Returns what `decode` makes of a file; whatever a decoder may raise on a damaged file becomes a ValueError."""
    try:
        return decode(*arguments, **options)
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(f"{path}: the file must be readable. Received: {type(error).__name__}: {error}") from error


def _describe(value) -> str:
    return f"numbers of type {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
