"""Heads by name."""

import functools
from collections.abc import Iterable, Sequence

from bmt_tf._discovery import values_in
from bmt_tf.models import heads
from bmt_tf.models.heads.head import Head


@functools.cache
def _heads() -> dict[str, Head]:
    """Returns the heads by name: what the files of this folder call `HEADS`, and the user's own."""
    return {name: head for found in values_in(heads, "HEADS") for name, head in found.items()}


def register_head(name: str, builder, wants: Sequence[str] = ("features",), dense: bool | None = None) -> None:
    """Makes a head available as `Task.head`.

    Args:
        name: Name of the head; an existing one is replaced.
        builder: A function `(inputs, channels)` of `HeadInputs` and the task's channels, that returns a float32
            KerasTensor with so many channels: `[B, H, W, channels]` for dense tasks, `[B, channels]` for others.
        wants: Names of the features that it gets: `features` (of the last block), `low_level` (where the encoder has
            such), or the name of a block or stage.
        dense: Whether it is for tasks with a label per pixel, or for those with one per image, so that others are
            refused before any work; None to find out when it is built.
    """
    _heads()[name] = Head(builder, tuple(wants), dense)


def head_names() -> tuple[str, ...]:
    """Returns the names that `Task.head` may have.

    Returns:
        Names, sorted.
    """
    return tuple(sorted(_heads()))


def head_of(task) -> Head:
    """Returns the head that a task names."""
    if task.head not in _heads():
        raise ValueError(f"`head` of task {task.name} must be one of {head_names()}. Received: head={task.head!r}.")
    return _heads()[task.head]


def check_heads(tasks: Iterable) -> None:
    """Refuses tasks whose heads are unknown, or for labels of the other form, as far as that is known unbuilt."""
    for task in tasks:
        head = head_of(task)
        if head.dense is not None:
            head.check_form(task, head.dense)
