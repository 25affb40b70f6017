"""A tree in words: how it branches, and how it was found."""

import itertools
from collections.abc import Hashable, Iterable, Mapping, Sequence

from bmt_tf.grouping import Grouping
from bmt_tf.report.wording import TIMES

LISTED = "all"  # the method of one of a list of all trees


def method_of(grouping: Grouping | None) -> str:
    """Returns how a tree was found: `bmn`, `shared`, ... as its file or its form says; empty if nothing is known.

    One of a list of all trees (`all`) was not found by anything: of the two ends of the list the form says more.
    """
    if grouping is None:
        return ""
    method = str((grouping.made_by or {}).get("method") or "")
    if method not in ("", LISTED):
        return method
    if len(grouping.tasks) > 1 and grouping.branches[-1] == 1:
        return "shared"
    return "separate" if grouping.branches[0] == len(grouping.tasks) else method or "by hand"


def shape_of(blocks: Sequence[str], partitions: Iterable[Iterable[Iterable[str]]]) -> Hashable:
    """Returns what is equal in equal trees, whatever order their tasks and parts stand in.

    Args:
        blocks: Names of the blocks.
        partitions: One partition of the tasks per block.
    """
    return tuple(blocks), tuple(frozenset(map(frozenset, partition)) for partition in partitions)


def repetition_of(grouping: Grouping) -> Hashable:
    """Returns what is equal in trees that differ by chance alone: the tree, or for drawn ones what they are drawn from.

    A permuted tree is drawn from the trees of its form, a random one from those of its budget; the seed of the choice
    is left to chance.
    """
    method, made_by = method_of(grouping), grouping.made_by or {}
    if method == "random":
        drawn_from: Hashable = (made_by.get("budget"), made_by.get("unit"))
    elif method == "permuted":
        drawn_from = (made_by.get("budget"), made_by.get("unit"), form_of(grouping))
    else:
        drawn_from = shape_of(grouping.blocks, grouping.partitions)
    return method, grouping.blocks, frozenset(grouping.tasks), drawn_from


def form_of(grouping: Grouping) -> Hashable:
    """Returns what is equal in trees that differ by a permutation of their tasks alone."""
    return repr(_form(grouping, 0, grouping.tasks))


def _form(grouping: Grouping, block: int, part: Sequence[str]) -> list | int:
    """Returns how the tasks of a part go on from a block, without their names."""
    if block == len(grouping.blocks):
        return len(part)
    below = [other for other in grouping.partitions[block] if set(other) <= set(part)]
    return sorted((_form(grouping, block + 1, other) for other in below), key=repr)


def branch_text(branches: Sequence[int]) -> str:
    """Returns the number of branches along a tree: `1×9 2×5 4×4` are nine blocks with one, five with two, ..."""
    return " ".join(f"{number}{TIMES}{len(list(run))}" for number, run in itertools.groupby(branches))


def made_by_text(made_by: Mapping | None) -> str:
    """Returns how a tree was found, in words; settings that are off or empty are left out."""
    return ", ".join(
        f"{key.replace('_', ' ')} {_in_words(value)}"
        for key, value in (made_by or {}).items()
        if isinstance(value, str | int | float) and value is not False and value != ""
    )


def _in_words(value: str | int | float) -> str:
    if isinstance(value, str | bool):
        return str(value).replace("_", " ")
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
