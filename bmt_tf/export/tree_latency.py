"""The cost table in milliseconds: what each further branch of a block adds to the time of a network as it is served."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from bmt_tf.costs import CostTable, cost_table, get_unit
from bmt_tf.costs.timing import Timing, isotonic
from bmt_tf.export.folding import folded
from bmt_tf.export.latency import TURNS, served_latency
from bmt_tf.export.serving import ALL_TASKS, Exportable
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.nodes import STEM
from bmt_tf.models import Encoder, build_branched
from bmt_tf.models.assembly import assembled, image_input, step_model, task_output
from bmt_tf.models.own_size import at_own_size
from bmt_tf.tasks import Task

CUTS = 6  # at most so many times within the encoder are measured
BRANCHES = 4  # at most so many branches are measured beside each other
_SHARED, _SEPARATE, _FEW_SHARED = "shared", "separate", "few shared"


def tree_costs(
    encoder: Encoder, tasks: Sequence[Task], image_size: tuple[int, int], unit: str, runtime: str = "saved_model"
) -> CostTable:
    """Returns the cost table in any unit: counted by `cost_table`, or measured by `latency_table`.

    Args:
        encoder: An `Encoder`.
        tasks: The `Task`s.
        image_size: Height and width.
        unit: Name of a unit, as in `bmt_tf.costs.UNITS`.
        runtime: Where milliseconds are measured; counted units do not look at it.
    """
    if get_unit(unit).counted:
        return cost_table(encoder, tasks, image_size, unit)
    return latency_table(encoder, tasks, image_size, runtime)


def latency_table(
    encoder: Encoder,
    tasks: Sequence[Task],
    image_size: tuple[int, int],
    runtime: str = "saved_model",
    *,
    cuts: int = CUTS,
    runs: int = TURNS,
) -> CostTable:
    """Returns what the parts of trees add to the time of a served network, in milliseconds for one photograph.

    Whole networks are measured in the runtime, see `served_latency`, since parts by themselves add up to more than a
    network takes. The network that shares all blocks is cut after some of them: what lies between two cuts takes the
    difference, and its blocks share it by their multiply-adds. What is added by another branch is measured on the
    network that parts after the stem into up to 4 branches: it may be less than the block itself, where branches are
    computed beside each other, and the rest is then part of `stem`, which every tree pays once. So the costs of these
    two networks are as measured, and those of other trees lie between. Heads are measured together.

    Args:
        encoder: An `Encoder`.
        tasks: The `Task`s.
        image_size: Height and width, in pixels, of the photographs.
        runtime: Name of a format, such as `saved_model`, `litert` or `onnx`. Its packages must be installed, and it
            must have the operators of every part.
        cuts: Into how many segments the encoder is cut at most.
        runs: Number of measured turns.

    Returns:
        The table, with the unit "milliseconds".
    """
    probes = latency_probes(encoder, tasks, image_size, cuts=cuts)
    return probes.table(served_latency(probes.networks, image_size, runtime, runs=runs))


def latency_probes(
    encoder: Encoder, tasks: Sequence[Task], image_size: tuple[int, int], *, cuts: int = CUTS
) -> "Probes":
    """Returns the networks that `latency_table` measures, so that they can be measured in turns with others.

    Args:
        encoder: An `Encoder`.
        tasks: The `Task`s.
        image_size: Height and width, in pixels, of the photographs.
        cuts: Into how many segments the encoder is cut at most.
    """
    counted = cost_table(encoder, tasks, image_size, "multiply_adds")
    chosen = (STEM, *_evenly(counted.blocks, cuts))
    several = list(tasks)[:BRANCHES]
    networks = {_SHARED: _chain(encoder, tasks, chosen)}
    if len(several) > 1:
        networks[_SEPARATE] = _tree(encoder, several, Grouping.separate)
    if len(several) < len(tasks):
        networks[_FEW_SHARED] = _tree(encoder, several, Grouping.shared)
    return Probes(counted, chosen, len(several), networks)


@dataclass(frozen=True)
class Probes:
    """Whole networks whose times make a cost table in milliseconds.

    Args:
        counted: What parts cost in multiply-adds.
        chosen: The stem and the blocks behind which the network that shares all blocks is cut.
        branches: How many branches the network that parts after the stem has.
        networks: The networks, by name.
    """

    counted: CostTable
    chosen: tuple[str, ...]
    branches: int
    networks: dict[str, "Parted"]

    def table(self, times: Mapping[str, Mapping[str, Timing]]) -> CostTable:
        """Returns the table that the times of the networks make.

        Args:
            times: What `served_latency` has measured of them, and maybe of others.
        """
        median = {name: {entry: timing.median for entry, timing in times[name].items()} for name in self.networks}
        shared = median[_SHARED]
        *until, whole = isotonic([*(shared[_until(name)] for name in self.chosen), shared[ALL_TASKS]])
        once = until[-1] - until[0]
        fraction = 1.0  # of what a block takes itself, that another branch of it adds
        if self.branches > 1 and once > 0:
            added = median[_SEPARATE][ALL_TASKS] - median.get(_FEW_SHARED, shared)[ALL_TASKS]
            fraction = max(0.0, added / (self.branches - 1) / once)
        fixed = max(0.0, whole - fraction * once)
        heads = min(whole - until[-1], fixed)
        return CostTable(
            "milliseconds",
            fixed - heads,
            {name: fraction * cost for name, cost in _between(self.counted.blocks, self.chosen, until).items()},
            _parted(heads, self.counted.heads),
        )


def _evenly(blocks: dict[str, float], cuts: int) -> list[str]:
    """Returns the names of at most so many blocks, the last among them, that end segments of like multiply-adds."""
    names, done = list(blocks), np.cumsum(list(blocks.values()))
    if len(names) <= cuts:
        return names
    ends = np.searchsorted(done, done[-1] * np.arange(1, cuts) / cuts)
    return [names[end] for end in sorted({*ends.tolist(), len(names) - 1})]


def _between(counted: dict[str, float], chosen: Sequence[str], until: Sequence[float]) -> dict[str, float]:
    """Returns what each block takes: its part of the time between the cuts around it."""
    found, segment, at = {}, {}, 0
    for name, cost in counted.items():
        segment[name] = cost
        if name == chosen[at + 1]:
            found |= _parted(until[at + 1] - until[at], segment)
            segment, at = {}, at + 1
    return found


def _parted(time: float, counted: dict[str, float]) -> dict[str, float]:
    """Returns a time in the proportion of multiply-adds, or in equal parts where there are none."""
    total = sum(counted.values())
    return {name: time * (cost / total if total else 1 / len(counted)) for name, cost in counted.items()}


@dataclass(frozen=True)
class Parted(Exportable):
    """A network with one entry point for all tasks, and others that leave it after its stem or a block.

    Args:
        cuts: Names of the model's outputs behind stem and blocks, which are also those of the entry points.
    """

    cuts: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, list[str]]:
        return {cut: [cut] for cut in self.cuts} | {ALL_TASKS: super().parts[ALL_TASKS]}

    def function(self, image: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs = at_own_size(self.model, self.stride)(tf.cast(image, tf.float32))
        decoded = {task.name: task.decode(outputs[task.name]) for task in self.tasks}
        return decoded | {cut: outputs[cut] for cut in self.cuts}


def _until(step: str) -> str:
    """Returns the name of the output behind a step; tasks may bear the names of blocks."""
    return f"until_{step}"


def _chain(encoder: Encoder, tasks: Sequence[Task], chosen: Sequence[str]) -> Parted:
    """Returns the network that shares every block, with a little of what comes out of chosen steps as outputs too."""
    image, cuts = image_input(None), {}

    def step(block, x):
        outputs = step_model(encoder, block, block.name, x.shape[-1], seed=0)(x)
        if block.name in chosen:
            cuts[_until(block.name)] = keras.tree.flatten(outputs)[0][:, :1]  # To hand on all of it would take time.
        return outputs

    features = encoder.walk(image, step)
    outputs = {task.name: task_output(encoder, task, features, image, seed=0) for task in tasks}
    network = folded(assembled(image, outputs | cuts, "parted"))
    return Parted(network, tasks, encoder.stride, cuts=tuple(cuts))


def _tree(encoder: Encoder, tasks: Sequence[Task], make: Callable[..., Grouping]) -> Parted:
    """Returns the network of a tree with no entry point but that of all tasks."""
    grouping = make([task.name for task in tasks], encoder.block_names)
    return Parted(folded(build_branched(encoder, tasks, grouping, seed=0)), tasks, encoder.stride)
