"""The nodes of the network of a grouping: the one place that names them."""

import dataclasses
from collections.abc import Sequence

from bmt_tf.grouping.partitions import Partition

STEM = "stem"


@dataclasses.dataclass(frozen=True)
class Node:
    """One nested model of a branched network: what its tasks compute together.

    Args:
        name: Name of the nested model: `stem`, `<block>_g<k>` for the k-th part of a block, from 0, or `head_<task>`.
        block: Name of the block, `stem` for the stem; None for a head.
        tasks: Names of the tasks that share it.
    """

    name: str
    block: str | None
    tasks: tuple[str, ...]


def head_node(task: str) -> str:
    """Returns the name of the nested model that is a task's head."""
    return f"head_{task}"


def tree_nodes(tasks: Sequence[str], blocks: Sequence[str], partitions: Sequence[Partition]) -> tuple[Node, ...]:
    """Returns the nodes of a tree: the stem, the parts of each block in order, the heads."""
    parts = (
        Node(f"{block}_g{number}", block, part)
        for block, partition in zip(blocks, partitions, strict=True)
        for number, part in enumerate(partition)
    )
    return Node(STEM, STEM, tuple(tasks)), *parts, *(Node(head_node(task), None, (task,)) for task in tasks)


def own_nodes(tasks: Sequence[str], blocks: Sequence[str]) -> tuple[Node, ...]:
    """Returns the nodes of whole networks side by side: for each task a stem, blocks and a head of its own.

    A stem or block of a task is called `<block>_of_<task>`.
    """
    steps = (Node(f"{block}_of_{task}", block, (task,)) for block in (STEM, *blocks) for task in tasks)
    return *steps, *(Node(head_node(task), None, (task,)) for task in tasks)
