"""What the units of cross-stitch and NDDR-CNN have in common: how they are called, and how they start."""

import dataclasses

import keras

from bmt_tf.models.convolutions import Style

_PREFIX = "unit_"


@dataclasses.dataclass(frozen=True)
class UnitOptions:
    """How units are made.

    Args:
        own_share: Share of a task's own features at the start; those of the others have the rest, evenly.
        per_channel: Whether cross-stitch units have weights per channel.
        style: The encoder's `Style`, for norm and activation.
    """

    own_share: float = 0.8
    per_channel: bool = False
    style: Style = dataclasses.field(default_factory=Style)


def unit_name(site: str, task: str = "") -> str:
    """Returns the name of the unit after a step of the encoder, or of one task's part of it."""
    return f"{_PREFIX}{site}_{task}".rstrip("_")


def unit_variables(model: keras.Model) -> list:
    """Returns the trainable variables of a network's units, their norms included; networks of other kinds have none.

    Args:
        model: A network of whatever kind.

    Returns:
        The variables.
    """
    return [
        variable
        for layer in model.layers
        if layer.name.startswith(_PREFIX) and not isinstance(layer, keras.Model)
        for variable in layer.trainable_variables
    ]
