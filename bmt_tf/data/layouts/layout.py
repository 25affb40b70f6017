"""What is to be known of a data set's own layout to write another data set in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bmt_tf.data.source import Example
from bmt_tf.tasks import Task


@dataclass(frozen=True)
class Layout:
    """A data set's own folders, files and lists.

    Args:
        name: Name of the data set.
        tasks: Names of the tasks that it has files for.
        files: Function `(example, tasks, id) -> {path: content}` to the files of an image, by their paths below the
            root; a label that is all ignored gets none. `id` is the image's name in the layout.
        lists: Function `(split, ids) -> {path: content}` to the files that say which images a split has.
    """

    name: str
    tasks: tuple[str, ...]
    files: Callable[[Example, Mapping[str, Task], str], Mapping[str, bytes]]
    lists: Callable[[str, Sequence[str]], Mapping[str, bytes]]


def class_numbers(source_classes: Sequence[str], names: Sequence[str], likeness: Mapping[str, str]) -> list[int | None]:
    """Returns for each class of a source the number of the class that stands for it in a layout; None where none does.

    Args:
        source_classes: Names of the source's classes.
        names: Names of the layout's classes.
        likeness: The layout's class that is nearest to one of another name.
    """
    wanted = [likeness.get(name, name) for name in source_classes]
    return [names.index(name) if name in names else None for name in wanted]
