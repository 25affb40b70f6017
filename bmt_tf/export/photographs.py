"""A user's photographs: a folder of image files, looked through before any work, read when needed."""

import collections
import dataclasses
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from absl import logging
from PIL import ExifTags, Image, ImageOps

from bmt_tf import _files as files
from bmt_tf.data.equal_sizes import batches_of_one_size
from bmt_tf.data.pixels import COLOUR_MODES, IMAGE_SUFFIXES, open_image

_SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap height and width
# Endings by which a file is meant as a photograph, so that one that cannot be opened is damaged.
PHOTOGRAPH_SUFFIXES = (*IMAGE_SUFFIXES, ".bmp", ".gif", ".tif", ".tiff", ".webp")


class _OtherFileError(Exception):
    """What lies in the folder is no photograph."""


@dataclass(frozen=True)
class Photograph:
    """An image file."""

    path: str
    name: str  # of its predictions: the file's name without its ending, where no other has the same
    mode: str  # Pillow's name for its pixels, such as `RGB` or `L`
    size: tuple[int, int]  # height and width in pixels, upright

    def read(self) -> np.ndarray:
        """Returns the pixels, uint8 `[H, W, 3]`, upright, as `read_image` does."""
        try:
            with open_image(self.path) as image:
                pixels = np.array(ImageOps.exif_transpose(image).convert("RGB"))  # also TIFF, as `read_image` cannot
        except Exception as error:  # Whatever a decoder raises on a damaged file.
            raise ValueError(f"{self.path}: {type(error).__name__}: {error}") from error
        if pixels.shape[:2] != self.size:
            raise ValueError(f"{self.path}: the header says {self.size}, the pixels are {pixels.shape[:2]}")
        return pixels


def find_photographs(folder: str) -> tuple[list[Photograph], list[str]]:
    """Returns the photographs in a folder, by name, and what is said of those that are damaged.

    Only headers are read. Whatever else is in the folder (folders, other files, images without 8 bits per channel) is
    passed over, and named in a warning, hidden files aside; so are those that are not RGB but can be converted. A file
    that is called an image, but is none, is damaged.
    """
    if not files.is_folder(folder):
        raise FileNotFoundError(f"`images_dir` must be a folder. Received: images_dir={folder!r}.")
    found, passed_over, damaged = [], [], []
    for name in files.file_names(folder):
        path = files.join(folder, name)
        try:
            found.append(_look(path, name))
        except _OtherFileError as error:
            passed_over.append(f"{path}: {error}")
        except Exception as error:  # Whatever a decoder raises on a file of another kind.
            is_image = name.lower().endswith(PHOTOGRAPH_SUFFIXES)
            (damaged if is_image else passed_over).append(f"{path}: {error if is_image else 'no image'}")
    if passed_over:
        logging.warning("Passed over, as no photographs (%d):\n  %s", len(passed_over), "\n  ".join(passed_over))
    if not found:
        unusable = "".join(f"\n  {line}" for line in (*passed_over, *damaged))
        raise FileNotFoundError(
            f"`images_dir` must hold image files with 8 bits per channel. Received: images_dir={folder!r} without "
            f"one.{unusable}"
        )
    names = _short_names([photograph.name for photograph in found])
    found = [dataclasses.replace(photograph, name=name) for photograph, name in zip(found, names, strict=True)]
    converted = [f"{photograph.path} ({photograph.mode})" for photograph in found if photograph.mode != "RGB"]
    if converted:
        logging.warning("Not RGB, converted: %s", ", ".join(converted))
    return found, damaged


def equal_batches(photographs: Sequence[Photograph], batch_size: int) -> Iterator[list[Photograph]]:
    """Yields photographs in batches of one size each, smaller ones where they are so large that memory might end."""
    for places in batches_of_one_size([photograph.size for photograph in photographs], batch_size):
        yield [photographs[place] for place in places]


def _look(path: str, name: str) -> Photograph:
    if not files.is_file(path):
        raise _OtherFileError("a folder")
    with open_image(path) as image:
        if image.mode not in COLOUR_MODES:
            raise _OtherFileError(f"not 8 bits per channel (Pillow mode {image.mode!r})")
        width, height = image.size
        # Pillow's own method for PNG would read all pixels; for TIFF the size is the upright one already.
        orientation = Image.Image.getexif(image).get(ExifTags.Base.Orientation)
        turned = orientation in _SIDEWAYS and image.format != "TIFF"
    return Photograph(path, name, image.mode, (width, height) if turned else (height, width))


def _short_names(names: Sequence[str]) -> list[str]:
    """Returns the names without their endings, where that tells them apart from all others, shortened or not."""
    stems = [name.rpartition(".")[0] or name for name in names]
    taken, whole = (collections.Counter(map(_folded, each)) for each in (stems, names))
    unique = [taken[_folded(stem)] == 1 and not whole[_folded(stem)] for stem in stems]
    return [stem if alone else name for name, stem, alone in zip(names, stems, unique, strict=True)]


def _folded(name: str) -> str:
    """Returns what a name is to file systems that tell neither case nor Unicode forms apart."""
    return unicodedata.normalize("NFC", name).casefold()
