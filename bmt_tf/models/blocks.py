"""Blocks: the named steps of an encoder, between which tasks may part."""

import dataclasses
from collections.abc import Callable, Iterator

import keras

from bmt_tf.layers import BatchNorm


@dataclasses.dataclass(frozen=True)
class Block:
    """One step of an encoder: a definition that can be built any number of times.

    Args:
        name: Name, unique in its encoder.
        apply: Puts the block's layers on a KerasTensor `[B, H, W, C]` and returns the result. The layers' names should
            begin with the block's name, so that blocks can be joined.
        stage: Blocks next to each other with the same stage are joined by `Encoder.merged`. Empty: never joined.
        parts: The blocks that a joined block was made of.
        fresh: Whether its layers start from fresh weights where others have pretrained ones, as no classifier has them.
        copies: Of a block of a thin network, how many of it are as wide as that of the network it is a thin form of,
            which bounds its branches in Lu et al., CVPR 2017; None of others.

    Raises:
        ValueError: `name` is empty or has a slash.
    """

    name: str
    apply: Callable
    stage: str = ""
    parts: tuple["Block", ...] = ()
    fresh: bool = False
    copies: int | None = None

    def __post_init__(self):
        if not self.name or "/" in self.name:
            raise ValueError(f"`name` of a block must be non-empty and without '/'. Received: name={self.name!r}.")

    @classmethod
    def joined(cls, name: str, blocks, stage: str = "") -> "Block":
        """Returns one block that does what `blocks` do in turn.

        Args:
            name: Name of the new block.
            blocks: The blocks, in order.
            stage: Stage of the new block.

        Returns:
            The new block; its `parts` are the blocks, joined ones taken apart.
        """
        parts = tuple(part for block in blocks for part in (block.parts or (block,)))

        def apply(x):
            for part in parts:
                x = part.apply(x)
            return x

        known = [part.copies for part in parts if part.copies is not None]
        return cls(name, apply, stage, parts, copies=min(known) if known else None)

    def model(
        self, channels: int, name: str | None = None, plain_last_norm: bool = False, tap: str | None = None, dtype=None
    ) -> keras.Model:
        """Returns the block as a model with weights of its own, for input of any size.

        Args:
            channels: Channels C of its input `[B, H, W, C]`.
            name: Name of the model; the block's by default.
            plain_last_norm: Whether its last batch norm goes without learned scale and shift, as in the supergraph.
            tap: Name of a part; the model then returns `[output, output of that part]`.
            dtype: Dtype of its input; by default the one the current policy computes in.

        Returns:
            A functional model.

        Raises:
            ValueError: `tap` is not one of the parts.
        """
        inputs = keras.Input(
            (None, None, channels), name="input", dtype=dtype or keras.config.dtype_policy().compute_dtype
        )
        outputs = {}
        x = inputs
        for part in self.parts or (self,):
            outputs[part.name] = x = part.apply(x)
        if tap is not None and tap not in outputs:
            raise ValueError(f"`tap` must be one of {list(outputs)} in block {self.name}. Received: tap={tap!r}.")
        model = keras.Model(inputs, x if tap is None else [x, outputs[tap]], name=name or self.name)
        return _with_plain_last_norm(model) if plain_last_norm else model


def flat_layers(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """Yields the layers of a functional model in order, those of nested models in the place of the model."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from flat_layers(layer)
        else:
            yield layer


def _with_plain_last_norm(model):
    norms = [layer for layer in flat_layers(model) if isinstance(layer, BatchNorm)]
    if not norms or not (norms[-1].scale or norms[-1].center):
        return model
    last = norms[-1]
    plain = type(last).from_config(last.get_config() | {"scale": False, "center": False})
    # The other layers are taken over: nothing else has them, and building them again would take as long as before.
    copy = keras.models.clone_model(model, clone_function=lambda one: plain if one is last else one, recursive=True)
    values = {variable.name: variable for variable in last.variables}
    for variable in plain.variables:
        variable.assign(values[variable.name])
    return copy
