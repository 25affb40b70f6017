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
_ORIENTATION = 0x0112  # the number of this note in EXIF
_SIDEWAYS = (5, 6, 7, 8)
_UPRIGHT = {
    1: lambda array: array,
    2: lambda array: array[:, ::-1],
    3: lambda array: array[::-1, ::-1],
    4: lambda array: array[::-1],
    5: lambda array: array.swapaxes(0, 1),
    6: lambda array: np.rot90(array, -1),
    7: lambda array: array[::-1, ::-1].swapaxes(0, 1),
    8: lambda array: np.rot90(array),
}
IMAGE_FORMATS = {"png": {}, "jpeg": {"quality": 95, "subsampling": 0}}


def open_image(path: str) -> "Image.Image":
    """Returns a local or remote image file as Pillow opens it, and raises what Pillow raises.

    A local path, unlike the bytes, lets Pillow read no more than the header until the pixels are asked for.
    """
    from PIL import Image

    return Image.open(io.BytesIO(files.read_bytes(path)) if files.is_remote(path) else files.expanded(path))


def read_image(path: str) -> np.ndarray:
    """Returns a photograph, uint8 `[H, W, 3]`; grey ones get three equal channels, transparency is dropped.

    Photographs are upright everywhere: the orientation that a camera may have noted beside the pixels is applied.
    """
    image = _decoded(path, open_image, path)
    if image.mode not in COLOUR_MODES:
        raise ValueError(f"{path}: an image must have 8 bits per channel. Received: Pillow mode {image.mode!r}.")
    pixels = np.array(_decoded(path, image.convert, "RGB"))
    return np.ascontiguousarray(turned(pixels, _decoded(path, _orientation, image)))


def image_size(path: str) -> tuple[int, int]:
    """Returns height and width of a photograph in pixels, upright, from the header of its file."""
    image = _decoded(path, open_image, path)
    width, height = image.size
    return (width, height) if _decoded(path, _orientation, image) in _SIDEWAYS else (height, width)


def image_orientation(path: str) -> int:
    """Returns the number, 1 to 8, that says how a camera held a photograph; 1 is upright, as it is stored."""
    return _decoded(path, _orientation, _decoded(path, open_image, path))


def turned(array: np.ndarray, orientation: int) -> np.ndarray:
    """Returns an array `[H, W, ...]` upright that is stored in one of the orientations 1 to 8 of EXIF."""
    return _UPRIGHT[orientation](array)


def read_array(path: str, key: str | None = None, palette_indices: bool = True) -> np.ndarray:
    """Returns the numbers that a label file holds, as they are stored, of any shape and number type.

    The file is an image (`.png`, `.jpg`), a NumPy array (`.npy`) or a MATLAB file (`.mat`, up to version 7) with a
    variable `key`. Palette images give the numbers of the palette, or without `palette_indices` its colours, in one
    channel where all that occur are grey.
    """
    suffix = path[path.rfind(".") :].lower()
    if suffix in IMAGE_SUFFIXES:
        return _decoded(path, _pixels, _decoded(path, open_image, path), palette_indices)
    if suffix == ".npy":
        array = _decoded(path, np.load, io.BytesIO(files.read_bytes(path)), allow_pickle=False)
    elif suffix == ".mat":
        array = read_variable(path, key)
    else:
        raise ValueError(f"{path}: a label file must be .png, .jpg, .npy or .mat. Received: {suffix!r}.")
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise ValueError(f"{path}: a label file must hold one array of plain numbers. Received: {_describe(array)}.")
    return array


def read_variable(path: str, key: str | None) -> np.ndarray:
    """Returns a variable of a MATLAB file (up to version 7): of numbers, or of structures as SciPy gives them."""
    from scipy.io import loadmat

    variables = _decoded(path, loadmat, io.BytesIO(files.read_bytes(path)))
    if key not in variables:
        names = sorted(name for name in variables if not name.startswith("__"))
        raise ValueError(f"{path}: the file must hold the variable {key!r}. Received: variables {names}.")
    return variables[key]


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


def _orientation(image: "Image.Image") -> int:
    from PIL import Image

    # Pillow's own method for PNG would read all pixels.
    noted = Image.Image.getexif(image).get(_ORIENTATION, 1)
    return noted if noted in _UPRIGHT else 1


def _pixels(image: "Image.Image", palette_indices: bool) -> np.ndarray:
    if palette_indices or image.mode not in ("P", "PA"):
        return np.array(image)
    colours = np.array(image.convert("RGB"))
    grey = (colours == colours[..., :1]).all()
    return colours[..., 0] if grey else colours


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
