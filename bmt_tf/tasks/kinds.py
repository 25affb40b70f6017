"""Label kinds: all that is to be known of a form of labels, in memory and in what is done to them.

How the files of a kind are read and written is said in `bmt_tf.data.labels`, in one file per kind.
"""

import enum
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bmt_tf.tasks import resizing
from bmt_tf.tasks.activations import ACTIVATIONS, Activation
from bmt_tf.tasks.lazy_tensorflow import tf
from bmt_tf.tasks.setting_rules import ANYTHING, POSITIVE, TRUE_OR_FALSE, SettingRule, list_of, number


class Scaling(enum.Enum):
    """What the size at which an image is shown does to the numbers of its labels."""

    NONE = "none"  # classes, directions, temperatures
    DISTANCE = "distance"  # lengths in the scene: an image enlarged by augmentation is one taken from nearer by
    PIXELS = "pixels"  # lengths in the image, such as disparities and offsets

    def zoomed(self, label: Any, factor: Any) -> Any:
        """Returns the numbers of a label when its image is enlarged by `factor`, as if the camera had come nearer.

        Args:
            label: Array or tensor.
            factor: Number or scalar tensor, above 0.
        """
        return label / factor if self is Scaling.DISTANCE else self.resized(label, factor)

    def resized(self, label: Any, factor: Any) -> Any:
        """Returns the numbers of a label when its image is stored `factor` times as large; the camera has not moved.

        Args:
            label: Array or tensor.
            factor: Number or scalar tensor, above 0.
        """
        return label * factor if self is Scaling.PIXELS else label


@dataclass(frozen=True)
class DataSetting:
    """A setting of a task in `dataset.json` that changes its loss or its measure.

    Args:
        name: Name in `dataset.json`; two settings of one name change both parts.
        part: What it changes, `"loss"` or `"measure"`. Where this has no such field, it is left as it is.
        field: Field of the loss or the measure.
        default: Value where `dataset.json` does not say one; None for what the task has.
        rule: What the value must be.
        per_class: Whether the value is a list with one entry for each class of the task.
        along: Fields of the task that change with it, and their values.
    """

    name: str
    part: str
    field: str
    default: Any = None
    rule: SettingRule = ANYTHING
    per_class: bool = False
    along: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class LabelKind:
    """The form of a task's labels, how the head's outputs become a prediction of that form, and what changes labels.

    Args:
        name: Name of the kind.
        dtype: NumPy type of the labels.
        dense: True for labels per pixel (`[H, W, channels]`), False for labels per image (`[channels]`).
        ignore: Value of an element that is not labelled: 255 for integers, NaN for floating-point labels.
        activation: What turns outputs into a prediction: an `Activation`, or the name of one: `"argmax"` for the index
            of the largest channel, `"sigmoid"` for a probability per channel, `"relu"` for a length not below zero,
            `"linear"` for any number, `"disparity"` for one, `"offset"` for a way in the image, `"heat"` for a number
            from 0 to 1, `"unit"` for a unit vector, or `"softmax"` for probabilities that sum to one.
        head_channels: Number of channels that the head must have; None if it is free.
        scaling: What the size of the image does to the numbers.
        mirrored: Channels whose numbers change sign when the image is flipped left to right.
        resize: Function from a label `[h, w, channels]` and a size `(H, W)` to the label of that size, for labels that
            were stored at another size than their image.
        usual_task: Name of the registered task from which a task of another name in `dataset.json` takes its loss,
            measure and head; by default the name of the kind.
        data_settings: Settings of `dataset.json` that change the loss or the measure.

    Raises:
        ValueError: `activation` is unknown, or `ignore` does not fit `dtype`.
    """

    name: str
    dtype: str
    dense: bool
    ignore: float
    activation: Activation
    head_channels: int | None = None
    scaling: Scaling = Scaling.NONE
    mirrored: tuple[int, ...] = ()
    resize: Callable[[np.ndarray, tuple[int, int]], np.ndarray] = resizing.nearest
    usual_task: str = ""
    data_settings: tuple[DataSetting, ...] = ()

    def __post_init__(self):
        activation = ACTIVATIONS.get(self.activation) if isinstance(self.activation, str) else self.activation
        if not isinstance(activation, Activation):
            raise ValueError(
                f"`activation` of label kind {self.name!r} must be one of {tuple(ACTIVATIONS)}, or an Activation. "
                f"Received: activation={self.activation!r}."
            )
        if math.isnan(self.ignore) != self.dtype.startswith("float"):
            raise ValueError(
                f"`ignore` of label kind {self.name!r} must be NaN for floating-point labels, else a number. "
                f"Received: ignore={self.ignore}, dtype={self.dtype!r}."
            )
        object.__setattr__(self, "activation", activation)
        object.__setattr__(self, "usual_task", self.usual_task or self.name)

    def label_channels(self, task_channels: int) -> int:
        """Returns the number of channels of a label.

        Args:
            task_channels: Number of channels of the task's head.

        Returns:
            1 where the label is the index of a class, else as many as the head has.
        """
        return 1 if self.activation.categorical else task_channels

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

    def is_ignored(self, label: np.ndarray) -> np.ndarray:
        """Returns which elements of a label are not labelled.

        Args:
            label: Array of labels of this kind, of any shape.
        """
        return np.isnan(label) if math.isnan(self.ignore) else label == self.ignore

    def flipped(self, label: "tf.Tensor", flipped: "tf.Tensor") -> "tf.Tensor":
        """Returns the numbers of a dense label, whose pixels are in their new places, after a left-right flip.

        Args:
            label: Tensor `[H, W, channels]`.
            flipped: bool scalar, whether the image was flipped at all.
        """
        if not self.mirrored:
            return label
        signs = [-1.0 if channel in self.mirrored else 1.0 for channel in range(label.shape[-1])]
        return label * tf.where(flipped, signs, [1.0] * len(signs))


# By name; `register_kind` adds the user's own.
KINDS = {
    kind.name: kind
    for kind in (
        LabelKind(
            "segmentation",
            "uint8",
            True,
            255,
            "argmax",
            usual_task="semseg",
            data_settings=(
                DataSetting(
                    "class_weights",
                    "loss",
                    "class_weights",
                    rule=list_of(number(0), "a list of numbers from 0 on"),
                    per_class=True,
                ),
            ),
        ),
        LabelKind("saliency", "uint8", True, 255, "sigmoid", 1),
        LabelKind(
            "edge",
            "uint8",
            True,
            255,
            "sigmoid",
            1,
            # Without a setting a data folder gets those of NYUD-v2 (BMTAS, appendix A), not those of PASCAL-Context.
            data_settings=(
                DataSetting("positive_weight", "loss", "positive", 0.8, number(0, 1)),
                DataSetting("max_distance", "measure", "max_distance", 0.011, number(0, 0.5, above=True)),
                DataSetting("thin_labels", "measure", "thin_labels", rule=TRUE_OR_FALSE),
            ),
        ),
        LabelKind(
            "depth",
            "float32",
            True,
            math.nan,
            "relu",
            1,
            Scaling.DISTANCE,
            data_settings=(
                DataSetting("standard_deviation", "loss", "per", rule=POSITIVE),
                DataSetting(
                    "standard_deviation",
                    "measure",
                    "per",
                    rule=POSITIVE,
                    along={"measure_unit": "standard deviations", "measure_name": "L1"},
                ),
            ),
        ),
        LabelKind("quantity", "float32", True, math.nan, "linear", 1),
        # At a pixel of an instance `(x, y)`: how many pixels its centre, the mean of the places of its pixels, lies to
        # the right and further down. NaN, both, where there is no instance. Every other place takes this for granted.
        LabelKind("instances", "float32", True, math.nan, "offset", 2, Scaling.PIXELS, mirrored=(0,)),
        # How many pixels a point lies further to the left in the picture of a second camera, to the right of the first.
        # A mirrored picture is taken for that of a mirrored scene, and the second camera for one to its left.
        LabelKind("disparity", "float32", True, math.nan, "disparity", 1, Scaling.PIXELS),
        LabelKind("heat_map", "float32", True, math.nan, "heat", 1, usual_task="keypoints"),
        LabelKind("normals", "float32", True, math.nan, "unit", 3, mirrored=(0,), resize=resizing.bicubic_directions),
        LabelKind("scene", "float32", False, math.nan, "softmax"),
        LabelKind("attributes", "uint8", False, 255, "sigmoid"),
    )
}
