"""Photographs and arrays as they lie in files, before they mean anything."""

import io
from typing import TYPE_CHECKING

import numpy as np

from bmt_tf import _files as files

if TYPE_CHECKING:
    from PIL import Image

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
# Pillow's names for pixels with 8 bits per channel, which can be made RGB.
COLOUR_MODES = ("RGB", "RGBA", "L", "LA", "P", "PA", "1", "CMYK", "YCbCr")
IMAGE_FORMATS = {"png": {}, "jpeg": {"quality": 95, "subsampling": 0}}


def open_image(path: str) -> "Image.Image":
    """Returns a local or remote image file as Pillow opens it, and raises what Pillow raises.

    A local path, unlike the bytes, lets Pillow read no more than the header until the pixels are asked for.
    """
    from PIL import Image

    return Image.open(io.BytesIO(files.read_bytes(path)) if files.is_remote(path) else files.expanded(path))


def read_image(path: str) -> np.ndarray:
    """Returns a photograph, uint8 `[H, W, 3]`; grey ones get three equal channels, transparency is dropped.

    The orientation that a camera may have noted beside the pixels is not applied, as the labels were drawn on the
    pixels as they are stored.
    """
    image = _decoded(path, open_image, path)
    if image.mode not in COLOUR_MODES:
        raise ValueError(f"{path}: an image must have 8 bits per channel. Received: Pillow mode {image.mode!r}.")
    return np.array(_decoded(path, image.convert, "RGB"))


def image_size(path: str) -> tuple[int, int]:
    """Returns height and width of an image file in pixels, from its header."""
    width, height = _decoded(path, open_image, path).size
    return height, width


def read_array(path: str, key: str | None = None) -> np.ndarray:
    """Returns the numbers that a label file holds, as they are stored, of any shape and number type.

    The file is an image (`.png`, `.jpg`; palette images give the indices), a NumPy array (`.npy`) or a MATLAB file
    (`.mat`, up to version 7) with a variable `key`.
    """
    suffix = path[path.rfind(".") :].lower()
    if suffix in IMAGE_SUFFIXES:
        return _decoded(path, np.array, _decoded(path, open_image, path))
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


def image_bytes(array: np.ndarray, image_format: str) -> bytes:
    """Returns the content of an image file in one of `IMAGE_FORMATS`."""
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(array).save(content, image_format, **IMAGE_FORMATS[image_format])
    return content.getvalue()


def png_file(array: np.ndarray) -> tuple[str, bytes]:
    """Returns suffix and content of a PNG file that holds an array."""
    return ".png", image_bytes(array, "png")


def npy_file(array: np.ndarray) -> tuple[str, bytes]:
    """Returns suffix and content of a NumPy file that holds an array."""
    content = io.BytesIO()
    np.save(content, array)
    return ".npy", content.getvalue()


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
