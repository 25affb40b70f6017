"""The encoder: a stem, blocks in order, and what the heads need to know of it."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from bmt_tf.grouping.nodes import STEM
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.registry import head_of

TAKEN = (STEM, "features", "low_level", "image")  # names of features that are not those of a block


@dataclasses.dataclass(frozen=True)
class Pretrained:
    """Where the weights of an encoder come from.

    Args:
        model: Builds the `keras.applications` model without top from its argument `weights`: `"imagenet"` or None.
        layers: Our layer name -> the name of the layer there.
        left_over: Layers there that have no place in the encoder.
    """

    model: Callable[[str | None], keras.Model]
    layers: Mapping[str, str]
    left_over: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Converted:
    """Where the weights of an encoder come from that are not copied, but made from those of another network.

    Args:
        read: Takes `"imagenet"` or the path of a file; returns the values of all variables of stem and blocks, by the
            names of layer and variable.
    """

    read: Callable[[str], Mapping[str, Mapping[str, np.ndarray]]]


@dataclasses.dataclass(frozen=True)
class Encoder:
    """A definition of an encoder, from which shared, branched and relaxed networks are built.

    Args:
        name: Name, kept in `grouping.json`.
        stem: First step, shared by all tasks, named `stem`; takes float32 RGB images 0..255 `[B, H, W, 3]`.
        blocks: The sharable blocks in order; the (R-)ASPP, if any, is the last.
        low_level: The block, `"stem"` or part of the stem that feeds the heads' low-level input, or None.
        stride: How many times smaller than the image the last feature map is.
        style: What ASPP and heads have in common with the encoder's layers.
        pretrained: Where its weights come from, or None.

    Raises:
        ValueError: There is no block, a name occurs twice or is taken, or `low_level` is unknown or inside a joined
            block.
    """

    name: str
    stem: Block
    blocks: tuple[Block, ...]
    low_level: str | None = None
    stride: int = 32
    style: Style = dataclasses.field(default_factory=Style)
    pretrained: Pretrained | Converted | None = None

    def __post_init__(self):
        object.__setattr__(self, "stem", dataclasses.replace(self.stem, name=STEM))
        object.__setattr__(self, "blocks", tuple(self.blocks))
        names = self.block_names
        if not names:
            raise ValueError(f"`blocks` of encoder {self.name} must have at least one block. Received none.")
        if len(set(names)) < len(names):
            raise ValueError(f"`blocks` of encoder {self.name} must have different names. Received: {names}.")
        if {*names, *(block.stage for block in self.blocks)} & set(TAKEN):
            raise ValueError(
                f"`blocks` of encoder {self.name} must not bear, nor their stages, one of the names {TAKEN}. "
                f"Received: {names}."
            )
        places = (STEM, *(part.name for part in self.stem.parts), *names)
        if self.low_level is not None and self.low_level not in places:
            raise ValueError(
                f"`low_level` of encoder {self.name} must be the end of one of {places}. Received: "
                f"low_level={self.low_level!r}."
            )

    @property
    def block_names(self) -> tuple[str, ...]:
        """The names of the sharable blocks, in order."""
        return tuple(block.name for block in self.blocks)

    def merged(self, stages: Mapping[str, Sequence[str]] | None = None) -> "Encoder":
        """Returns an encoder whose blocks are whole stages, so that tasks part only between stages.

        Args:
            stages: Name of a new block -> names of the neighbouring blocks it joins; by default each encoder's own
                stages. Blocks that occur in none stay as they are.

        Returns:
            A new encoder; same network, fewer places to part.

        Raises:
            ValueError: A stage has an unknown block, or its blocks are not neighbours.
        """
        if stages is None:
            stages = {}
            for block in self.blocks:
                if block.stage:
                    stages.setdefault(block.stage, []).append(block.name)
        blocks = list(self.blocks)
        for name, members in stages.items():
            at = [index for index, block in enumerate(blocks) if block.name in members]
            if not at or len(at) != len(members) or at != list(range(at[0], at[0] + len(at))):
                raise ValueError(
                    f"`stages` must join neighbouring blocks of encoder {self.name}: {self.block_names}. Received: "
                    f"{name!r}: {list(members)}."
                )
            joined = [blocks[index] for index in at]
            blocks[at[0] : at[-1] + 1] = [Block.joined(name, joined, name)]
        low_level = self.low_level
        for block in blocks:
            if block.parts and block.parts[-1].name == low_level:
                low_level = block.name
        return dataclasses.replace(self, blocks=tuple(blocks), low_level=low_level)

    def folded(self, count: int) -> "Encoder":
        """Returns an encoder whose first blocks belong to the stem and are shared by all tasks.

        Args:
            count: Number of leading blocks.

        Returns:
            A new encoder with `count` blocks fewer.

        Raises:
            ValueError: `count` is negative or leaves no block.
        """
        if not 0 <= count < len(self.blocks):
            raise ValueError(
                f"`count` must lie in [0, {len(self.blocks) - 1}] for {self.name}. Received: count={count}."
            )
        if count == 0:
            return self
        folded, kept = self.blocks[:count], self.blocks[count:]
        start = self.stem.parts or (dataclasses.replace(self.stem, name="stem_start"),)
        # The old ends by the names they have as parts of the new stem, in which joined blocks are taken apart.
        ends = {STEM: start[-1].name} | {block.name: (block.parts or (block,))[-1].name for block in folded}
        low_level = ends.get(self.low_level, self.low_level)
        stem = Block.joined(STEM, (*start, *folded))
        if stem.parts[-1].name == low_level:
            low_level = STEM
        return dataclasses.replace(self, stem=stem, blocks=kept, low_level=low_level)

    def walk(self, image, apply: Callable[[Block, Any], Any]) -> dict[str, Any]:
        """Returns the features that stem and blocks give in turn, by name.

        Whoever builds, runs or measures an encoder walks it, and says only how a step is applied.

        Args:
            image: What the stem is applied to: images, or whatever stands for them.
            apply: Called as `apply(block, x)` for the stem (`block is encoder.stem`) and each block in order, with what
                came out before. Returns what comes out, as `stem_model` does for the stem.

        Returns:
            The features by the name of the step, and of the stage if they end one; `features` are those of the last
            block, `low_level` those for the heads' low-level input, if the encoder has any.
        """
        found = {"features": image}
        for block in (self.stem, *self.blocks):
            x = apply(block, found["features"])
            if block is self.stem and self.low_level_in_stem:
                x, found["low_level"] = x
            elif block.name == self.low_level:
                found["low_level"] = x
            found |= dict.fromkeys(filter(None, ("features", block.stage, block.name)), x)
        return found

    @property
    def low_level_in_stem(self) -> bool:
        """Whether the low-level features leave inside the stem; its model then returns `[output, low-level]`."""
        return self.low_level not in (None, STEM, *self.block_names)

    def stem_model(self) -> keras.Model:
        """Returns the stem as a model of float32 images, with a second output if `low_level_in_stem`.

        Returns:
            A functional model named `stem`.
        """
        return self.stem.model(3, STEM, tap=self.low_level if self.low_level_in_stem else None, dtype="float32")

    def head_model(self, task, features: Mapping[str, Any]) -> keras.Model:
        """Returns the head of a task as a model of its own.

        Args:
            task: The `Task`.
            features: Features by name, as `walk` returns them; only the number of channels is used.

        Returns:
            A functional model `head_<task>` of what `head_inputs` returns.
        """
        return head_of(task).model(task, self.style, features)

    def head_inputs(self, task, features: Mapping[str, Any], image) -> list:
        """Returns what the head of a task is called with.

        Args:
            task: The `Task`.
            features: Features by name, as `walk` returns them.
            image: The image, for its size.

        Returns:
            The features that the head wants, in its order, and the image.
        """
        return [*(features[name] for name in head_of(task).given(task, features)), image]
