"""How the tree of a run has grown: the rounds that lie on the disk, and the look at whether a block is split."""

from typing import NamedTuple

import keras

from bmt_tf import _files as files
from bmt_tf.costs import cost_table
from bmt_tf.grouping import Grouping
from bmt_tf.runs.run import Run
from bmt_tf.search.widening import block_to_split, widened
from bmt_tf.training.widening.difficulty import RunningDifficulty

VERSION = 1


class Round(NamedTuple):
    """A part of a training in which the tree stays as it is.

    Args:
        after: Updates that came before.
        tree: The tree.
    """

    after: int
    tree: Grouping


class Growth:
    """The rounds of a run, from the first one, in which every block is shared.

    A round is noted before its first checkpoint, which is that of the update after which it begins; what is noted
    beyond the newest checkpoint is found again.

    Args:
        run: The run.
        step: That of its newest checkpoint; 0 where there is none.
        writes: Whether this process is the one that writes.

    Attributes:
        rounds: What was trained, and the round that is trained now.
    """

    def __init__(self, run: Run, step: int, writes: bool):
        self._run, self._writes, settings = run, writes, run.settings
        first = Grouping.shared(settings.tasks, run.encoder.block_names, encoder=run.encoder.name)
        self._caps = settings.caps({block.name: block.copies or len(first.tasks) for block in run.encoder.blocks})
        self._table = cost_table(run.encoder, run.tasks, settings.image_size, "multiply_adds")
        self.rounds = [Round(0, first)]
        if step:
            noted = files.read_json(run.paths.widening)["rounds"]
            trees = [Grouping(first.tasks, first.blocks, one["partitions"], encoder=first.encoder) for one in noted]
            found = [Round(one["after"], tree) for one, tree in zip(noted, trees, strict=True)]
            self.rounds = [one for one in found if one.after <= step]
        self._write()

    @property
    def now(self) -> Round:
        """The round that is trained now."""
        return self.rounds[-1]

    def is_due(self, step: int) -> bool:
        """Returns whether, after so many updates, it is to be looked at whether a block is split."""
        done = step - self.now.after
        return done % self._run.settings.widen_every == 0 and block_to_split(self.now.tree, self._caps) is not None

    def look(self, step: int, difficulty: RunningDifficulty) -> bool:
        """Splits the block whose turn it is, if it is better split; returns whether another round begins.

        Args:
            step: Updates done.
            difficulty: Who finds what hard.
        """
        settings, tree = self._run.settings, self.now.tree
        affinity = difficulty.affinity(tree.tasks)
        wider = widened(tree, affinity, self._table, settings.widen_alpha, self._caps, settings.seed)
        if wider is not None:
            self.rounds.append(Round(step, wider))
            self._write()
        return wider is not None

    def _write(self) -> None:
        settings, tree = self._run.settings, self.now.tree
        made_by = {"method": "widening", "alpha": settings.widen_alpha, "unit": self._table.unit, "seed": settings.seed}
        self._run.grouping = Grouping(
            tree.tasks, tree.blocks, tree.partitions, tree.encoder, made_by | {"cost": self._table.cost(tree)}
        )
        if self._writes:
            rounds = [{"after": one.after, "partitions": one.tree.partitions} for one in self.rounds]
            files.write_json(self._run.paths.widening, {"version": VERSION, "rounds": rounds})
            self._run.grouping.save(self._run.paths.grouping)


def copy_network(narrow: keras.Model, wide: keras.Model, before: Grouping, after: Grouping) -> None:
    """Gives a network the weights and statistics of the one that it was widened from, every branch the same.

    Args:
        narrow: The network of the tree before.
        wide: The network of the tree after, which splits one block more.
        before: The tree before.
        after: The tree after.
    """
    names = {(node.block, task): node.name for node in before.nodes() for task in node.tasks}
    for node in after.nodes():
        source, copy = narrow.get_layer(names[node.block, node.tasks[0]]), wide.get_layer(node.name)
        for theirs, ours in zip(source.weights, copy.weights, strict=True):
            ours.assign(theirs)
