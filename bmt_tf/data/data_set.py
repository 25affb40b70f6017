"""What is known of a data set before any of its splits is opened."""

from collections.abc import Callable
from dataclasses import dataclass

from bmt_tf.data.source import Source
from bmt_tf.tasks import Task


@dataclass(frozen=True)
class DataSet:
    """A data set: how it is told from others, what its tasks and splits are, and how a split is opened.

    All functions take the text that a user writes after `--data`, those but `recognises` without the data set's name
    and the colon that may stand before a folder.

    Args:
        name: Name of the data set.
        form: What the text must be, to stand in messages, such as `"a folder with a dataset.json"`.
        recognises: Function `(data) -> bool`, whether a text names this data set.
        tasks: Function `(data) -> {name: Task}`. It opens no split and lists no images.
        splits: Function `(data) -> names` of the splits.
        open: Function `(data, split) -> Source`.
        described_by: Name of the file in the data set's folder that says its tasks and splits, if there is one.
        precedence: Where several data sets recognise a text, the one with the lowest number takes it.
    """

    name: str
    form: str
    recognises: Callable[[str], bool]
    tasks: Callable[[str], dict[str, Task]]
    splits: Callable[[str], tuple[str, ...]]
    open: Callable[[str, str], Source]
    described_by: str = ""
    precedence: int = 20  # of a folder told by what else lies in it; 10 by its own description, 0 by a name
