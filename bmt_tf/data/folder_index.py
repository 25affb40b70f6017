"""What lies in a folder, kept between processes where it holds very many files.

A network disk takes minutes to name 300,000 files, and to say how large each of them is. So for every folder of
`KEPT_FROM` files or more the names and sizes are kept in a file of the cache folder, see `bmt_tf._cache`.

What is kept is taken for true as long as the folder has not changed: files that come, go or are renamed change it. A
file that is written anew in its old place does not; that its size is another one is found for the few that are looked
at each time. Stores that do not say when a folder changed (such as `gs://`) are asked for the names each time, and for
the sizes where these are others.
"""

import hashlib
import itertools
import time
import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bmt_tf import _files as files
from bmt_tf._cache import CACHE_VARIABLE, cache_folder
from bmt_tf.data.splitting import evenly_spread

KEPT_FROM = 1000
_LOOKED_AT = 16  # files of a folder whose sizes are compared with those that are kept
_SETTLED = 2e9  # nanoseconds: some file systems count whole seconds, and a later change could look like this one
_ARRAYS = ("folder", "changed", "names", "sizes")
_BETWEEN = "\0"  # no name has it


class Listing(NamedTuple):
    """The files of a folder.

    Args:
        names: Their sorted names, without hidden ones.
        sizes: Their sizes in bytes, int64; None where they were not asked for yet.
    """

    names: list[str]
    sizes: np.ndarray | None

    def each(self) -> Iterator[tuple[str, int | None]]:
        """Returns the names with the sizes, or with None."""
        return zip(self.names, itertools.repeat(None) if self.sizes is None else self.sizes.tolist(), strict=False)


def listing(folder: str) -> Listing:
    """Returns what lies in a local or remote folder; nothing where there is no such folder."""
    place = cache_folder("folders")
    if not place or not files.is_folder(folder):
        return Listing(files.file_names(folder), None)
    folder = files.absolute(folder)
    path = files.join(place, f"{hashlib.sha256(_as_bytes(folder)).hexdigest()[:32]}.npz")
    changed = files.changed_at(folder)
    kept = _kept(path, folder)
    if kept is not None and changed and kept[0] == changed and _sizes_hold(folder, kept[1]):
        return kept[1]
    names = files.file_names(folder)
    if len(names) < KEPT_FROM:
        return Listing(names, None)
    if kept is not None and not changed and kept[1].names == names and _sizes_hold(folder, kept[1]):
        return kept[1]
    try:
        found = Listing(names, np.array(files.file_sizes([files.join(folder, name) for name in names]), np.int64))
    except Exception:  # of a link to nothing, say; who reads that file says so
        return Listing(names, None)
    if not changed or (time.time_ns() - changed > _SETTLED and files.changed_at(folder) == changed):
        _keep(path, folder, changed, found)
    return found


def _kept(path: str, folder: str) -> tuple[int, Listing] | None:
    """Returns when the folder had changed last and what it held; None where nothing whole of this folder is kept."""
    try:
        stored = files.read_arrays(path, _ARRAYS, "the package")
        names = _as_text(stored["names"].tobytes()).split(_BETWEEN)
        sizes, changed = stored["sizes"], int(stored["changed"])
        whole = len(names) == len(sizes) and _as_text(stored["folder"].tobytes()) == folder
    except (OSError, ValueError, TypeError):  # there is none, or it was cut: it is made again
        return None
    return (changed, Listing(names, sizes)) if whole else None


def _keep(path: str, folder: str, changed: int, found: Listing) -> None:
    try:
        files.write_arrays(
            path,
            folder=np.frombuffer(_as_bytes(folder), np.uint8),
            changed=np.int64(changed),
            names=np.frombuffer(_as_bytes(_BETWEEN.join(found.names)), np.uint8),
            sizes=found.sizes,
        )
    except Exception as error:  # what a file system answers in its own type
        warnings.warn(
            f"What lies in {folder} cannot be kept in {path} and is listed anew each time; the environment variable "
            f'{CACHE_VARIABLE} names another folder, or is "off" ({type(error).__name__}: {error}).',
            stacklevel=2,
        )


def _sizes_hold(folder: str, kept: Listing) -> bool:
    """Returns whether some files, evenly spread, have the sizes that are kept."""
    some = evenly_spread(len(kept.names), _LOOKED_AT)
    try:
        now = files.file_sizes([files.join(folder, kept.names[place]) for place in some])
    except OSError:
        return False
    return now == kept.sizes[some].tolist()


# Python stands in lone surrogates for bytes of a name that are no UTF-8.
def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _as_text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
