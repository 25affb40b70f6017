"""Partitions of a set of tasks: canonical form, refinement, meet, and the list of all of them.

A partition is a tuple of tuples of task names. In canonical form the tasks of a part stand in the order of the task
list, and the parts in the order of their first task. The same partition as integers is its labels: one number per task,
counted up at each task that opens a new part (a restricted growth string).
"""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

Partition = tuple[tuple[str, ...], ...]

MAX_ENUMERATED_TASKS = 8  # 4140 partitions; 9 tasks have 21147, and 5 times as many pairs of them


def partition_from_labels(labels: Sequence[Hashable], tasks: Sequence[str]) -> Partition:
    """Returns the canonical partition that puts tasks with equal labels into one part."""
    parts: dict[Hashable, list[str]] = {}
    for label, task in zip(labels, tasks, strict=True):
        parts.setdefault(label, []).append(task)
    return tuple(tuple(part) for part in parts.values())


def labels_of(partition: Partition, tasks: Sequence[str]) -> tuple[int, ...]:
    """Returns the labels of a canonical partition: for each task the number of its part, from 0."""
    part_of = {task: number for number, part in enumerate(partition) for task in part}
    return tuple(part_of[task] for task in tasks)


def canonical(parts: Iterable[Iterable[str]], tasks: Sequence[str]) -> Partition:
    """Returns the canonical form of a partition, after checking that it is one.

    Args:
        parts: The parts, in any order.
        tasks: Names of the `T` tasks, in order.

    Raises:
        TypeError: `parts` is not a list of lists of names.
        ValueError: A task is missing, unknown or named twice, or a part is empty.
    """
    if isinstance(parts, str | dict) or not isinstance(parts, Iterable):
        raise TypeError(f"a partition must be a list of lists of task names. Received: {parts!r}")
    parts = list(parts)
    for part in parts:
        if isinstance(part, str | dict) or not isinstance(part, Iterable):
            raise TypeError(f"a part must be a list of task names. Received: {part!r}")
    parts = [tuple(part) for part in parts]
    names = [name for part in parts for name in part]
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"a part must hold task names (strings). Received: {parts!r}")
    faults = {
        "missing": [task for task in tasks if task not in names],
        "unknown": sorted(set(names) - set(tasks)),
        "more than once": sorted({name for name in names if names.count(name) > 1}),
    }
    if any(faults.values()) or not all(parts):
        found = ", ".join(f"{fault} {', '.join(map(repr, found))}" for fault, found in faults.items() if found)
        found = found or "an empty part"
        raise ValueError(f"a partition must hold each task exactly once. Received: {found} in {parts!r}")
    number = {name: i for i, part in enumerate(parts) for name in part}
    return partition_from_labels([number[task] for task in tasks], tasks)


def refines(finer: Partition, coarser: Partition) -> bool:
    """Returns whether every part of one partition lies within one part of another.

    Args:
        finer: The partition that should refine.
        coarser: The partition to be refined; equal ones refine each other.
    """
    return first_rejoined(finer, coarser) is None


def first_rejoined(finer: Partition, coarser: Partition) -> tuple[str, str] | None:
    """Returns the first two tasks that share a part of `finer` but not of `coarser`; None if it refines that."""
    home = {task: number for number, part in enumerate(coarser) for task in part}
    for first, *others in finer:
        for other in others:
            if home[first] != home[other]:
                return first, other
    return None


def meet(first: Partition, second: Partition, tasks: Sequence[str]) -> Partition:
    """Returns the coarsest partition that refines two partitions.

    Args:
        first: A canonical partition.
        second: Another.
        tasks: Names of the `T` tasks, in order.
    """
    return partition_from_labels(list(zip(labels_of(first, tasks), labels_of(second, tasks), strict=True)), tasks)


def all_labels(count: int) -> np.ndarray:
    """Returns int64 `[P, T]`, the labels of all partitions in lexicographic order; the last parts all tasks."""
    if not 1 <= count <= MAX_ENUMERATED_TASKS:
        raise ValueError(f"`count` must be 1 to {MAX_ENUMERATED_TASKS} tasks. Received: count={count}")
    labels = np.zeros((1, 1), np.int64)
    for _ in range(count - 1):
        choices = labels.max(axis=1) + 2  # every open part, or a new one
        ends = np.cumsum(choices)
        last = np.arange(ends[-1]) - np.repeat(ends - choices, choices)
        labels = np.column_stack([np.repeat(labels, choices, axis=0), last])
    return labels


def all_partitions(tasks: Sequence[str]) -> tuple[Partition, ...]:
    """Returns all partitions, in the lexicographic order of their labels.

    Args:
        tasks: Names of the `T` tasks, at most 8.
    """
    return tuple(partition_from_labels(labels, tasks) for labels in all_labels(len(tasks)).tolist())
