"""A user's photographs: a folder of image files, looked through before any work, read when needed."""

import collections
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from absl import logging
from PIL import ExifTags, Image, ImageOps

from bmt_tf import _files as files
from bmt_tf.data.equal_sizes import batches_of_one_size
from bmt_tf.data.pixels import COLOUR_MODES, open_image

_SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap height and width


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


def find_photographs(folder: str) -> list[Photograph]:
    """Returns the photographs in a folder, by name; folders in it and hidden files are passed over.

    Only headers are read. Other files than images with 8 bits per channel, in any format that Pillow reads, are
    refused, all by name; those that are not RGB but can be converted are named in a warning.
    """
    if not files.is_folder(folder):
        raise FileNotFoundError(f"`images_dir` must be a folder. Received: images_dir={folder!r}.")
    paths = [path for path in (files.join(folder, name) for name in files.file_names(folder)) if files.is_file(path)]
    if not paths:
        raise FileNotFoundError(f"`images_dir` must hold image files. Received: images_dir={folder!r} without a file.")
    found, faults = [], []
    for path, name in zip(paths, _short_names(paths), strict=True):
        try:
            found.append(_look(path, name))
        except Exception as error:  # Whatever a decoder raises on a file of another kind.
            faults.append(f"{path}: {error}")
    if faults:
        raise ValueError(
            f"`images_dir` must hold only images with 8 bits per channel. Received {len(faults)} other file(s):\n  "
            + "\n  ".join(faults)
        )
    converted = [f"{photograph.path} ({photograph.mode})" for photograph in found if photograph.mode != "RGB"]
    if converted:
        logging.warning("Not RGB, converted: %s", ", ".join(converted))
    return found


def equal_batches(photographs: Sequence[Photograph], batch_size: int) -> Iterator[list[Photograph]]:
    """Yields photographs in batches of one size each, smaller ones where they are so large that memory might end."""
    for places in batches_of_one_size([photograph.size for photograph in photographs], batch_size):
        yield [photographs[place] for place in places]


def _look(path: str, name: str) -> Photograph:
    with open_image(path) as image:
        if image.mode not in COLOUR_MODES:
            raise ValueError(f"pixels of Pillow mode {image.mode!r}")
        width, height = image.size
        # Pillow's own method for PNG would read all pixels; for TIFF the size is the upright one already.
        orientation = Image.Image.getexif(image).get(ExifTags.Base.Orientation)
        turned = orientation in _SIDEWAYS and image.format != "TIFF"
    return Photograph(path, name, image.mode, (width, height) if turned else (height, width))


def _short_names(paths: Sequence[str]) -> list[str]:
    """Returns the files' names, without endings where no two are then the same on any file system."""
    names = [path.rpartition("/")[2] for path in paths]
    stems = [name.rpartition(".")[0] or name for name in names]
    short = [name if count > 1 else stem for name, stem, count in zip(names, stems, _counts(stems), strict=True)]
    # `a.jpg` beside `a.png` and `a.jpg.png`: a name with its ending may be another's without.
    return short if max(_counts(short), default=1) == 1 else names


def _counts(names: Sequence[str]) -> list[int]:
    """Returns how many of the names are the same as each where neither case nor Unicode form tells names apart."""
    folded = [unicodedata.normalize("NFC", name).casefold() for name in names]
    counts = collections.Counter(folded)
    return [counts[name] for name in folded]
