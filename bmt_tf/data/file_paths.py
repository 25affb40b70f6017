"""The files of very many examples by their ids, without a path in memory for each of them."""

import array
import bisect
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bmt_tf import _files as files

_UNKNOWN = -1  # a size


class FilePaths(Mapping[str, str]):
    """Id -> file, by rising id. What files have in common stands once: a path is put together when it is asked for.

    A million paths of the usual length take 200 MB as strings. Here a file takes the string of its id, which the lists
    of other tasks with the same ids share, and a few bytes.

    Attributes:
        ids: The sorted ids.
    """

    def __init__(self, ids: tuple[str, ...], forms: Sequence[tuple[str, int, str]], form_of: np.ndarray, sizes):
        self.ids = ids
        # What stands before, how many letters of the id are left out, and what stands behind.
        self._forms, self._form_of, self._sizes = forms, form_of, sizes

    def __getitem__(self, id_: str) -> str:
        place = bisect.bisect_left(self.ids, id_)
        if place == len(self.ids) or self.ids[place] != id_:
            raise KeyError(id_)
        return self._path(place)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def sharing(self, ids: tuple[str, ...]) -> "FilePaths":
        """Returns the same, with these ids in the place of equal ones of its own."""
        return FilePaths(ids, self._forms, self._form_of, self._sizes) if ids == self.ids else self

    def sizes(self) -> list[int]:
        """Returns the sizes of the files in bytes, in the order of the ids; those not known yet are asked for."""
        found = self._sizes.tolist()
        unknown = np.flatnonzero(self._sizes == _UNKNOWN).tolist()
        for place, size in zip(unknown, files.file_sizes([self._path(place) for place in unknown]), strict=True):
            found[place] = size
        return found

    def _path(self, place: int) -> str:
        before, left_out, behind = self._forms[self._form_of[place]]
        return f"{before}{self.ids[place][left_out:]}{behind}"


class FilePathsBuilder:
    """Makes `FilePaths`, file by file in any order."""

    def __init__(self):
        self._ids: list[str] = []
        self._forms: dict[tuple[str, int, str], int] = {}
        self._form_of, self._sizes = array.array("l"), array.array("q")

    def add(self, id_: str, before: str, left_out: int, behind: str, size: int | None = None) -> None:
        """Adds one file, `before`, the id without its first letters, and `behind`; an id comes once."""
        self._ids.append(id_)
        self._form_of.append(self._forms.setdefault((before, left_out, behind), len(self._forms)))
        self._sizes.append(_UNKNOWN if size is None else size)

    def done(self) -> FilePaths:
        """Returns what was added."""
        order = sorted(range(len(self._ids)), key=self._ids.__getitem__)
        form_of, sizes = np.array(self._form_of, np.int32)[order], np.array(self._sizes, np.int64)[order]
        return FilePaths(tuple(self._ids[place] for place in order), list(self._forms), form_of, sizes)
