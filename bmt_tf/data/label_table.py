"""Labels per image that stand together in one file: a row per image, a column per attribute."""

import csv
import io
import unicodedata
from collections.abc import Iterator, KeysView, Mapping, Sequence

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.labels.label_files import LabelReader
from bmt_tf.data.pixels import IMAGE_SUFFIXES
from bmt_tf.tasks import Task

UNKNOWN = 255
_CELLS = {"0": 0, "1": 1, "": UNKNOWN, str(UNKNOWN): UNKNOWN}


class InOneFile(Mapping[str, str]):
    """Id -> the one file in which the labels of all ids stand.

    The file's content is part of what its data set says of itself, so that it need not be looked at for each of them.
    """

    def __init__(self, path: str, ids: Mapping[str, int]):
        self._path, self._ids = path, ids

    def __getitem__(self, id_: str) -> str:
        self._ids[id_]
        return self._path

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def keys(self) -> KeysView[str]:
        return self._ids.keys()


class LabelTable:
    """Attributes of images.

    Args:
        path: The file.
        names: Names of the columns.
        ids: Ids of the images, in the order of the rows.
        values: uint8 `[N, columns]`: 0, 1, or 255 where unknown.
    """

    def __init__(self, path: str, names: Sequence[str], ids: Sequence[str], values: np.ndarray):
        self.path = path
        self._columns = {name: column for column, name in enumerate(names)}
        self._rows = {id_: row for row, id_ in enumerate(ids)}
        self._values = values

    def paths(self) -> InOneFile:
        """Returns the file by the ids that it has a row for."""
        return InOneFile(self.path, self._rows)

    def reader(self, columns: Sequence[str]) -> LabelReader:
        """Returns the reader of labels uint8 `[C]` of some columns."""
        wanted = [self._columns[name] for name in columns]

        def read(path: str, id_: str, task: Task) -> np.ndarray:
            return self._values[self._rows[id_], wanted]

        return read


def read_csv(path: str, columns: Sequence[str]) -> LabelTable:
    """Returns some columns of a table with commas, whose first column names images, with their endings or without.

    A cell holds 0 or 1, or nothing (or 255) where it is not known.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(files.read_bytes(path).decode("utf-8-sig"), newline=None)) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: the table must be text with commas. Received: {error}.") from None
    header = [name.strip() for name in rows[0]] if rows else []
    missing = [name for name in columns if header.count(name) != 1]
    if missing:
        raise ValueError(f"{path}: the table must have one column for each of {missing}. Received: {header}.")
    places, ids, values = [header.index(name) for name in columns], [], []
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row]
        if len(cells) != len(header) or any(cells[place] not in _CELLS for place in places):
            raise ValueError(
                f"{path}: row {number} of the table must have {len(header)} cells, those of {list(columns)} 0, 1 or "
                f"empty. Received: {row}."
            )
        ids.append(unicodedata.normalize("NFC", _without_ending(cells[0])))
        values.append([_CELLS[cells[place]] for place in places])
    if len(set(ids)) < len(ids):
        twice = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise ValueError(f"{path}: the table must have one row for each image. Received: more of {twice!r}.")
    return LabelTable(path, columns, ids, np.array(values, np.uint8).reshape(-1, len(columns)))


def _without_ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return stem if dot and f".{ending.lower()}" in IMAGE_SUFFIXES else name
