"""A grouping's tree as text and in Graphviz' DOT language: one node for each run of blocks that some tasks share."""

import dataclasses
from collections.abc import Sequence

from bmt_tf.grouping.partitions import Partition


@dataclasses.dataclass(frozen=True)
class Branch:
    """A run of blocks computed for the same tasks, and the branches behind it.

    Args:
        tasks: The tasks that share the run.
        blocks: Names of its blocks, in order.
        children: The branches behind it; none where the heads follow.
    """

    tasks: tuple[str, ...]
    blocks: tuple[str, ...]
    children: tuple["Branch", ...]


def branches_from(partitions: Sequence[Partition], blocks: Sequence[str], start: int, within: Sequence[str]):
    """Returns the branches that start at a block and hold tasks of `within`.

    Args:
        partitions: One partition per block.
        blocks: Names of the `L` blocks.
        start: Number of the block at which the branches start.
        within: The tasks whose branches are wanted.
    """
    found = []
    for part in partitions[start] if start < len(blocks) else ():
        if part[0] in within:
            end = start
            while end < len(blocks) and part in partitions[end]:
                end += 1
            found.append(Branch(part, tuple(blocks[start:end]), branches_from(partitions, blocks, end, part)))
    return tuple(found)


def run_name(blocks: Sequence[str]) -> str:
    """Returns the name of a run of blocks: its only block, or the first and the last.

    Args:
        blocks: Names of the blocks, in order.
    """
    return blocks[0] if len(blocks) == 1 else f"{blocks[0]} – {blocks[-1]}"  # noqa: RUF001 (an en dash for a range)


def to_text(tasks: Sequence[str], blocks: Sequence[str], partitions: Sequence[Partition]) -> str:
    """Returns the tree as lines of text.

    Args:
        tasks: Names of the `T` tasks.
        blocks: Names of the `L` blocks.
        partitions: One partition per block.
    """
    lines = [f"stem: {', '.join(tasks)}"]

    def draw(branches: Sequence[Branch], margin: str) -> None:
        for branch in branches:
            last = branch is branches[-1]
            lines.append(f"{margin}{'└─ ' if last else '├─ '}{run_name(branch.blocks)}: {', '.join(branch.tasks)}")
            draw(branch.children, margin + ("   " if last else "│  "))

    draw(branches_from(partitions, blocks, 0, tasks), "")
    return "\n".join(lines)


def to_dot(tasks: Sequence[str], blocks: Sequence[str], partitions: Sequence[Partition]) -> str:
    """Returns the tree in the DOT language, stem and heads included.

    Args:
        tasks: Names of the `T` tasks.
        blocks: Names of the `L` blocks.
        partitions: One partition per block.
    """
    lines = ["digraph grouping {", " rankdir=LR;", ' node [shape=box, style=rounded, fontname="sans-serif"];']
    lines.append(f" n0 [label={_quoted('stem', ', '.join(tasks))}];")
    count = 0

    def add(parent: int, *label: str) -> int:
        nonlocal count
        count += 1
        lines.extend([f" n{count} [label={_quoted(*label)}];", f" n{parent} -> n{count};"])
        return count

    def draw(branches: Sequence[Branch], parent: int) -> None:
        for branch in branches:
            node = add(parent, run_name(branch.blocks), ", ".join(branch.tasks))
            draw(branch.children, node)
            for task in () if branch.children else branch.tasks:
                add(node, f"head {task}")

    draw(branches_from(partitions, blocks, 0, tasks), 0)
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(*lines: str) -> str:
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") for line in lines)
    return '"' + "\\n".join(escaped) + '"'
