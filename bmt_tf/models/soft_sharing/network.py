"""Soft-sharing networks: cross-stitch, NDDR-CNN and MTAN, over any encoder with stages."""

import dataclasses
import random
from collections.abc import Callable, Sequence

import keras

from bmt_tf.grouping.nodes import STEM, Node, own_nodes, tree_nodes
from bmt_tf.models.assembly import assembled, check_tasks, image_input, step_model, task_output
from bmt_tf.models.encoder import Encoder
from bmt_tf.models.soft_sharing.cross_stitch import stitch
from bmt_tf.models.soft_sharing.mtan import AttendedWalk
from bmt_tf.models.soft_sharing.nddr import fuse
from bmt_tf.models.soft_sharing.stages import sites, stage_ends
from bmt_tf.models.soft_sharing.units import UnitOptions

UNITS: dict[str, Callable] = {"cross_stitch": stitch, "nddr": fuse}
METHODS = (*UNITS, "mtan")


@dataclasses.dataclass(frozen=True)
class SoftSharing:
    """Which soft-sharing network: to such a network what a `Grouping` is to a branched one.

    Args:
        method: `cross_stitch`, `nddr` or `mtan`.
        encoder: An `Encoder` with stages.
        tasks: Names of at least two tasks.
        own_share: Share of a task's own features at the start of a unit; MTAN has no units.
        per_channel: Whether cross-stitch units have weights per channel.
        stages_only: Whether there is no unit after the stem.

    Raises:
        ValueError: The method is unknown, there are fewer than two tasks, or the encoder has no stages.
    """

    method: str
    encoder: Encoder
    tasks: tuple[str, ...]
    own_share: float = 0.8
    per_channel: bool = False
    stages_only: bool = False

    def __post_init__(self):
        object.__setattr__(self, "tasks", tuple(self.tasks))
        if self.method not in METHODS:
            raise ValueError(f"`method` must be one of {METHODS}. Received: method={self.method!r}.")
        if len(self.tasks) < 2:
            raise ValueError(
                f"`tasks` of a soft-sharing network must be at least two, which share. Received: {self.tasks}."
            )
        stage_ends(self.encoder)

    @property
    def sites(self) -> tuple[str, ...]:
        """Names of the steps after which there is a unit; none in MTAN."""
        return sites(self.encoder, self.stages_only) if self.method in UNITS else ()

    def nodes(self) -> tuple[Node, ...]:
        """Returns the nodes that are steps of the encoder, or heads; units and attention are none.

        The networks that are joined by units have every step of their own. In MTAN all tasks share what comes before
        the end of the last stage, and nothing after it.
        """
        blocks = self.encoder.block_names
        if self.method in UNITS:
            return own_nodes(self.tasks, blocks)
        shared = blocks.index(stage_ends(self.encoder)[-1]) + 1
        apart = [tuple((task,) for task in self.tasks)] * (len(blocks) - shared)
        return tree_nodes(self.tasks, blocks, [(self.tasks,)] * shared + apart)

    def build(self, tasks: Sequence, image_size: tuple[int, int] | None = None, seed: int | None = None) -> keras.Model:
        """Returns the network of these tasks, given as `Task`s; see `build_soft_sharing`."""
        check_tasks(tasks)
        seed = random.randrange(2**31) if seed is None else seed
        image = image_input(image_size)
        features = self.encoder.walk(dict.fromkeys(self.tasks, image), self._steps(seed))
        outputs = {}
        for task in tasks:
            own = {name: by_task[task.name] for name, by_task in features.items()}
            outputs[task.name] = task_output(self.encoder, task, own, image, seed)
        return assembled(image, outputs, self.method)

    def _steps(self, seed: int) -> Callable:
        if self.method not in UNITS:
            return AttendedWalk(self.encoder, self.nodes(), self.tasks, seed).apply
        unit, options = UNITS[self.method], UnitOptions(self.own_share, self.per_channel, self.encoder.style)
        names = {(node.block, node.tasks[0]): node.name for node in self.nodes()}

        def step(block, features):
            outputs = {
                task: step_model(self.encoder, block, names[block.name, task], x.shape[-1], seed)(x)
                for task, x in features.items()
            }
            low_level = None
            if block.name == STEM and self.encoder.low_level_in_stem:
                low_level = {task: pair[1] for task, pair in outputs.items()}
                outputs = {task: pair[0] for task, pair in outputs.items()}
            if block.name in self.sites:
                outputs = unit(outputs, block.name, options)
            return outputs if low_level is None else (outputs, low_level)

        return step


def build_soft_sharing(
    method: str,
    encoder: Encoder,
    tasks: Sequence,
    *,
    own_share: float = 0.8,
    per_channel: bool = False,
    stages_only: bool = False,
    image_size: tuple[int, int] | None = None,
    seed: int | None = None,
) -> keras.Model:
    """Returns a soft-sharing network, as a functional model of nested models, units and attention.

    In `cross_stitch` and `nddr` every task has a network of its own; units after the stem and after every stage combine
    the features of all tasks, and what follows, the heads' low-level input included, takes them from there. In `mtan`
    all tasks share the encoder's stages, and each has attention over them and an (R-)ASPP of its own. Fresh weights
    depend on the seed and the part's name alone.

    Args:
        method: `cross_stitch`, `nddr` or `mtan`.
        encoder: An `Encoder` with stages.
        tasks: The `Task`s, at least two.
        own_share: Share of a task's own features at the start of a unit; each row of weights sums to 1.
        per_channel: Whether cross-stitch units have weights per channel.
        stages_only: Whether there is no unit after the stem.
        image_size: Nominal height and width, for summaries; the model takes any size either way.
        seed: Seed of the fresh weights; by default drawn from Python's generator (`keras.utils.set_random_seed`).

    Returns:
        A model of float32 images 0..255 `[B, H, W, 3]`, with outputs {task name: float32 logits}, as `build_branched`.

    Other methods, fewer than two tasks and encoders without stages are refused by a ValueError.
    Source: BMTAS, appendix B; BMN, appendices A and B; the methods' own papers are named beside their parts.
    """
    check_tasks(tasks)
    names = tuple(task.name for task in tasks)
    return SoftSharing(method, encoder, names, own_share, per_channel, stages_only).build(tasks, image_size, seed)
