"""What labels look like in memory: type, shape, and the value that says "not labelled"."""

import math
from dataclasses import dataclass

ACTIVATIONS = ("argmax", "sigmoid", "relu", "unit", "softmax")


@dataclass(frozen=True)
class LabelKind:
    """The form of a task's labels, and how the head's outputs become a prediction of that form.

    Args:
        name: Name of the kind.
        dtype: NumPy type of the labels.
        dense: True for labels per pixel (`[H, W, channels]`), False for labels per image (`[channels]`).
        ignore: Value of an element that is not labelled: 255 for integers, NaN for floating-point labels.
        activation: What turns outputs into a prediction, one of `ACTIVATIONS`: the index of the largest channel,
            a probability per channel, a length not below zero, a unit vector, or probabilities that sum to one.
        head_channels: Number of channels that the head must have; None if it is free.

    Raises:
        ValueError: `activation` is unknown, or `ignore` does not fit `dtype`.
    """

    name: str
    dtype: str
    dense: bool
    ignore: float
    activation: str
    head_channels: int | None = None

    def __post_init__(self):
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"`activation` of label kind {self.name!r} must be one of {ACTIVATIONS}. "
                f"Received: activation={self.activation!r}."
            )
        if math.isnan(self.ignore) != self.dtype.startswith("float"):
            raise ValueError(
                f"`ignore` of label kind {self.name!r} must be NaN for floating-point labels, else a number. "
                f"Received: ignore={self.ignore}, dtype={self.dtype!r}."
            )

    def label_channels(self, task_channels: int) -> int:
        """Returns the number of channels of a label.

        Args:
            task_channels: Number of channels of the task's head.

        Returns:
            1 where the label is the index of a class, else as many as the head has.
        """
        return 1 if self.activation == "argmax" else task_channels

    def label_shape(self, task_channels: int, height: int | None, width: int | None) -> tuple[int | None, ...]:
        """Returns the shape of the label of one image.

        Args:
            task_channels: Number of channels of the task's head.
            height: Height of the image in pixels; None if open.
            width: Width of the image in pixels; None if open.

        Returns:
            `(H, W, channels)` for dense labels, else `(channels,)`.
        """
        channels = self.label_channels(task_channels)
        return (height, width, channels) if self.dense else (channels,)


KINDS = {
    kind.name: kind
    for kind in (
        LabelKind("segmentation", "uint8", True, 255, "argmax"),
        LabelKind("saliency", "uint8", True, 255, "sigmoid", 1),
        LabelKind("edge", "uint8", True, 255, "sigmoid", 1),
        LabelKind("depth", "float32", True, math.nan, "relu", 1),
        LabelKind("normals", "float32", True, math.nan, "unit", 3),
        LabelKind("scene", "float32", False, math.nan, "softmax"),
        LabelKind("attributes", "uint8", False, 255, "sigmoid"),
    )
}
