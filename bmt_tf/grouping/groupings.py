"""The grouping: which tasks share which blocks of an encoder."""

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence

import numpy as np

from bmt_tf.grouping import drawing, json_file, svg
from bmt_tf.grouping.nodes import Node, tree_nodes
from bmt_tf.grouping.partitions import Partition, canonical, first_rejoined, labels_of, meet, partition_from_labels


@dataclasses.dataclass(frozen=True)
class Grouping:
    """A tree over `T` tasks and `L` blocks: one partition of the tasks per block, each refining the one before it.

    Tasks in one part of a block compute it together; tasks that have parted never meet again. The stem before the first
    block is always shared, and each task has its own head behind the last. Two groupings are equal if tasks, blocks,
    partitions and encoder are; `made_by` is a remark. Source: BMN, sec. 3.2; BMTAS, sec. 3.1.

    Args:
        tasks: Names of the `T` tasks.
        blocks: Names of the `L` blocks in encoder order, the one nearest to the image first.
        partitions: One partition per block: lists of lists of task names, in any order; kept in canonical form.
        encoder: Name of the encoder, as for `get_encoder`; "" if not said.
        made_by: How the grouping was found, a dict of JSON values; None if not said.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: Names are missing, unknown or doubled, or a part does not refine the block before it.
    """

    tasks: tuple[str, ...]
    blocks: tuple[str, ...]
    partitions: tuple[Partition, ...]
    encoder: str = ""
    made_by: dict | None = dataclasses.field(default=None, compare=False)

    def __post_init__(self):
        tasks = _names(self.tasks, "tasks")
        blocks = _names(self.blocks, "blocks")
        if not isinstance(self.encoder, str):
            raise TypeError(f"`encoder` must be a string. Received: encoder={self.encoder!r}")
        values = {
            "tasks": tasks,
            "blocks": blocks,
            "partitions": _refining(self.partitions, tasks, blocks),
            "made_by": _json_values(self.made_by),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_routing(cls, tasks, blocks, routing, encoder: str = "", made_by: dict | None = None) -> "Grouping":
        """Returns the grouping that a routing matrix builds: the meet of its rows from the first block on.

        Two tasks share a block only if they were sent to the same candidate there and at every block before.

        Args:
            tasks: Names of the `T` tasks.
            blocks: Names of the `L` blocks.
            routing: Integers `[L, T]`, the candidate of each task at each block (the published `branch_config`).
            encoder: As for `Grouping`.
            made_by: As for `Grouping`.

        Raises:
            TypeError: `routing` does not hold integers.
            ValueError: `routing` is not `[L, T]`.
        """
        routing = np.asarray(routing)
        if not np.issubdtype(routing.dtype, np.integer):
            raise TypeError(f"`routing` must hold integers. Received: dtype {routing.dtype}")
        if routing.shape != (len(blocks), len(tasks)):
            raise ValueError(
                f"`routing` must be [L, T] = [{len(blocks)}, {len(tasks)}]. Received: shape {routing.shape}"
            )
        partitions = [partition_from_labels(row, tasks) for row in routing.tolist()]
        for block in range(1, len(partitions)):
            partitions[block] = meet(partitions[block - 1], partitions[block], tasks)
        return cls(tasks, blocks, partitions, encoder, made_by)

    @classmethod
    def shared(cls, tasks, blocks, encoder: str = "", made_by: dict | None = None) -> "Grouping":
        """Returns the grouping in which all tasks share every block.

        Args:
            tasks: As for `Grouping`.
            blocks: As for `Grouping`.
            encoder: As for `Grouping`.
            made_by: As for `Grouping`.
        """
        return cls(tasks, blocks, [[tuple(tasks)]] * len(blocks), encoder, made_by)

    @classmethod
    def separate(cls, tasks, blocks, encoder: str = "", made_by: dict | None = None) -> "Grouping":
        """Returns the grouping in which no task shares a block; all share the stem.

        Args:
            tasks: As for `Grouping`.
            blocks: As for `Grouping`.
            encoder: As for `Grouping`.
            made_by: As for `Grouping`.
        """
        return cls(tasks, blocks, [[(task,) for task in tasks]] * len(blocks), encoder, made_by)

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Grouping":
        """Returns the grouping in a `grouping.json`.

        Args:
            path: The file.

        Raises:
            TypeError: A value in the file is of the wrong type.
            ValueError: The file is no grouping of a known version, or its tree is not valid.
        """
        fields = json_file.read(path)
        try:
            return cls(**fields)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{os.fspath(path)}: {error}") from error

    def save(self, path: str | os.PathLike) -> None:
        """Writes `grouping.json`, whole or not at all.

        Args:
            path: The file; its folder is made if it is missing.
        """
        json_file.write(path, {field.name: getattr(self, field.name) for field in dataclasses.fields(self)})

    @property
    def branches(self) -> tuple[int, ...]:
        """The number of parts at each of the `L` blocks."""
        return tuple(len(partition) for partition in self.partitions)

    def parts(self, block: str | int) -> Partition:
        """Returns the partition at a block.

        Args:
            block: Its name, or its number from 0.

        Raises:
            KeyError: There is no such block.
        """
        if isinstance(block, str) and block in self.blocks:
            return self.partitions[self.blocks.index(block)]
        if isinstance(block, int) and 0 <= block < len(self.blocks):
            return self.partitions[block]
        raise KeyError(
            f"`block` must be one of {list(self.blocks)}, or a number below {len(self.blocks)}. Received: {block!r}"
        )

    def part_of(self, block: str | int, task: str) -> int:
        """Returns the number, from 0, of the part that a task belongs to at a block.

        Args:
            block: The block's name, or its number from 0.
            task: The task's name.

        Raises:
            KeyError: There is no such task.
        """
        if task not in self.tasks:
            raise KeyError(f"`task` must be one of {list(self.tasks)}. Received: {task!r}")
        return next(number for number, part in enumerate(self.parts(block)) if task in part)

    def nodes(self) -> tuple[Node, ...]:
        """Returns the nodes of the network of the tree: the stem, the parts of each block in order, the heads."""
        return tree_nodes(self.tasks, self.blocks, self.partitions)

    def routing(self) -> np.ndarray:
        """Returns the routing matrix, int64 `[L, T]`: the number of each task's part at each block."""
        return np.array([labels_of(partition, self.tasks) for partition in self.partitions], np.int64)

    def to_text(self) -> str:
        """Returns the tree as lines of text, one branch below the other."""
        return drawing.to_text(self.tasks, self.blocks, self.partitions)

    def to_svg(self) -> str:
        """Returns the tree as a self-contained SVG picture: blocks from left to right, one line per task."""
        return svg.to_svg(self.tasks, self.blocks, self.partitions)

    def to_dot(self) -> str:
        """Returns the tree in Graphviz' DOT language."""
        return drawing.to_dot(self.tasks, self.blocks, self.partitions)


def _names(values, argument: str) -> tuple[str, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise TypeError(f"`{argument}` must be a list of names. Received: {argument}={values!r}")
    if not all(isinstance(name, str) for name in values):
        raise TypeError(f"`{argument}` must hold strings only. Received: {argument}={values!r}")
    if not values or not all(values) or len(set(values)) < len(values):
        raise ValueError(
            f"`{argument}` must be one or more different names, none empty. Received: {argument}={values!r}"
        )
    return tuple(values)


def _refining(partitions, tasks: tuple[str, ...], blocks: tuple[str, ...]) -> tuple[Partition, ...]:
    if isinstance(partitions, str | Mapping) or not isinstance(partitions, Sequence):
        raise TypeError(f"`partitions` must be a list of partitions. Received: {partitions!r}")
    if len(partitions) != len(blocks):
        raise ValueError(
            f"`partitions` must hold one partition for each of the {len(blocks)} blocks. Received: {len(partitions)}"
        )
    checked: list[Partition] = []
    for block, parts in zip(blocks, partitions, strict=True):
        try:
            checked.append(canonical(parts, tasks))
        except (TypeError, ValueError) as error:
            raise type(error)(f"`partitions` at block {block!r}: {error}") from error
    for number in range(1, len(blocks)):
        rejoined = first_rejoined(checked[number], checked[number - 1])
        if rejoined:
            raise ValueError(
                f"`partitions` at block {blocks[number]!r} must refine the block before it, {blocks[number - 1]!r}, "
                f"where tasks {rejoined[0]!r} and {rejoined[1]!r} are apart: tasks that have parted never meet again. "
                f"Received: {checked[number]!r} after {checked[number - 1]!r}"
            )
    return tuple(checked)


def _json_values(made_by) -> dict | None:
    if made_by is not None and not isinstance(made_by, dict):
        raise TypeError(f"`made_by` must be a dict or None. Received: made_by={made_by!r}")
    try:
        return json.loads(json.dumps(made_by, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise type(error)(f"`made_by` must hold JSON values only ({error}). Received: made_by={made_by!r}") from error
