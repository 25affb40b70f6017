"""The encoder: a stem, blocks in order, and what the heads need to know of it."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import keras

from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style
from bmt_tf.models.heads.heads import head_model


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
class Encoder:
    """A definition of an encoder, from which shared, branched and relaxed networks are built.

    Args:
        name: Name, kept in `grouping.json`.
        stem: First step, shared by all tasks; takes float32 RGB images 0..255 `[B, H, W, 3]`.
        blocks: The sharable blocks in order; the (R-)ASPP, if any, is the last.
        low_level: The block, `"stem"` or part of the stem that feeds the heads' low-level input, or None.
        stride: How many times smaller than the image the last feature map is.
        style: What ASPP and heads have in common with the encoder's layers.
        pretrained: Where its weights come from, or None.

    Raises:
        ValueError: There is no block, a name occurs twice, or `low_level` is unknown or inside a joined block.
    """

    name: str
    stem: Block
    blocks: tuple[Block, ...]
    low_level: str | None = None
    stride: int = 32
    style: Style = dataclasses.field(default_factory=Style)
    pretrained: Pretrained | None = None

    def __post_init__(self):
        object.__setattr__(self, "blocks", tuple(self.blocks))
        names = self.block_names
        if not names:
            raise ValueError(f"`blocks` of encoder {self.name} must have at least one block. Received none.")
        if len(set(names)) < len(names):
            raise ValueError(f"`blocks` of encoder {self.name} must have different names. Received: {names}.")
        places = ("stem", *(part.name for part in self.stem.parts), *names)
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
        ends = {"stem": start[-1].name} | {block.name: (block.parts or (block,))[-1].name for block in folded}
        low_level = ends.get(self.low_level, self.low_level)
        stem = Block.joined("stem", (*start, *folded))
        if stem.parts[-1].name == low_level:
            low_level = "stem"
        return dataclasses.replace(self, stem=stem, blocks=kept, low_level=low_level)

    @property
    def low_level_in_stem(self) -> bool:
        """Whether the low-level features leave inside the stem; its model then returns `[output, low-level]`."""
        return self.low_level not in (None, "stem", *self.block_names)

    def stem_model(self) -> keras.Model:
        """Returns the stem as a model of float32 images, with a second output if `low_level_in_stem`.

        Returns:
            A functional model named `stem`.
        """
        return self.stem.model(3, "stem", tap=self.low_level if self.low_level_in_stem else None, dtype="float32")

    def head_model(self, task, channels: int, low_level_channels: int | None = None) -> keras.Model:
        """Returns the head of a task as a model of its own.

        Args:
            task: The `Task`.
            channels: Channels of the last block's output.
            low_level_channels: Channels of the low-level features, None if there are none.

        Returns:
            A functional model `head_<task>` of `[features, low_level, image]` (`[features, image]` without low level).
        """
        return head_model(task, self.style, channels, low_level_channels)
