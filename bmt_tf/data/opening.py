"""From what a user writes after `--data` to a data set, its tasks, and its splits."""

import functools
from typing import NamedTuple

from bmt_tf._discovery import values_in
from bmt_tf.data import sets
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.source import Source
from bmt_tf.tasks import Task
from bmt_tf.tasks.registry import refuse_taken


@functools.cache
def _data_sets() -> dict[str, DataSet]:
    return {one.name: one for one in values_in(sets, "DATA_SET")}


def register_data_set(new: DataSet, replace: bool = False) -> None:
    """Makes a data set known, so that `open_data` and every script that takes `--data` find it.

    Args:
        new: The data set.
        replace: Whether it may take the place of another data set of this name, which is refused otherwise.
    """
    refuse_taken(_data_sets(), new, DataSet, replace)
    _data_sets()[new.name] = new


class Found(NamedTuple):
    """A data set, and what its functions take of the text by which it was found."""

    data_set: DataSet
    place: str


def find_data_set(data: str) -> Found:
    """Returns the data set that a text after `--data` names.

    It is told by what lies in the folder, or by its name before a colon, as in `cityscapes:FOLDER`.
    """
    known = sorted(_data_sets().values(), key=lambda one: one.precedence)
    for one in known:
        if one.recognises(data):
            return Found(one, data)
    name, colon, place = data.partition(":")
    if colon and place and name in _data_sets():
        return Found(_data_sets()[name], place)
    forms = [one.form for one in known]
    raise FileNotFoundError(
        f"`data` must be {', '.join(forms[:-1])}, or {forms[-1]}; the name of the data set and a colon may stand "
        f"before a folder. Received: data={data!r}."
    )


def open_data(data: str, split: str) -> Source:
    """Returns one split of a data set.

    Args:
        data: A folder with `dataset.json` (see `Folder`) or one of the papers' data sets as it is distributed (a file
            each in `bmt_tf/data/sets`), before which its name may stand, as in `"nyud:FOLDER"`; embedded data:
            `"scenes"` (see `Scenes`) or `"planted"` (see `Planted`), with options as in
            `"scenes:train=64,val=16,height=32,width=32,seed=1"`; or what `register_data_set` made known.
        split: One of `split_names(data)`, such as `"train"` or `"val"`.

    Returns:
        The source.

    Raises:
        FileNotFoundError: `data` is none of these.
    """
    found = find_data_set(data)
    return found.data_set.open(found.place, split)


def data_tasks(data: str) -> dict[str, Task]:
    """Returns the tasks of a data set by name; no split is opened and no image looked for.

    Args:
        data: As for `open_data`; a text that names no data set is a FileNotFoundError here, too.
    """
    found = find_data_set(data)
    return found.data_set.tasks(found.place)


def split_names(data: str) -> tuple[str, ...]:
    """Returns the names of the splits that a data set says it has; none is opened.

    Args:
        data: As for `open_data`; a text that names no data set is a FileNotFoundError here, too.
    """
    found = find_data_set(data)
    return found.data_set.splits(found.place)
