"""A grouping's tree as text and in Graphviz' DOT language: one node for each run of blocks that some tasks share."""

import dataclasses
from collections.abc import Sequence

from bmt_tf.grouping.partitions import Partition


@dataclasses.dataclass(frozen=True)
class Branch:
    """A run of blocks that some tasks share, and the branches behind it; none where the heads follow."""

    tasks: tuple[str, ...]
    blocks: tuple[str, ...]
    children: tuple["Branch", ...]


def branches_from(partitions: Sequence[Partition], blocks: Sequence[str], start: int, within: Sequence[str]):
    """Returns the branches that start at block number `start` and hold tasks of `within`."""
    found = []
    for part in partitions[start] if start < len(blocks) else ():
        if part[0] in within:
            end = start
            while end < len(blocks) and part in partitions[end]:
                end += 1
            found.append(Branch(part, tuple(blocks[start:end]), branches_from(partitions, blocks, end, part)))
    return tuple(found)


def run_name(blocks: Sequence[str]) -> str:
    """Returns the name of a run of blocks: its only block, or the first and the last."""
    return blocks[0] if len(blocks) == 1 else f"{blocks[0]} – {blocks[-1]}"  # noqa: RUF001 (an en dash for a range)


def to_text(tasks: Sequence[str], blocks: Sequence[str], partitions: Sequence[Partition]) -> str:
    """Returns the tree as lines of text."""
    lines = [f"stem: {', '.join(tasks)}"]

    def draw(branches: Sequence[Branch], margin: str) -> None:
        for branch in branches:
            last = branch is branches[-1]
            lines.append(f"{margin}{'└─ ' if last else '├─ '}{run_name(branch.blocks)}: {', '.join(branch.tasks)}")
            draw(branch.children, margin + ("   " if last else "│  "))

    draw(branches_from(partitions, blocks, 0, tasks), "")
    return "\n".join(lines)


def to_dot(tasks: Sequence[str], blocks: Sequence[str], partitions: Sequence[Partition]) -> str:
    """Returns the tree in the DOT language, stem and heads included."""
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
