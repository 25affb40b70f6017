"""What a task is: the form of its labels, its loss, its measure, its weight."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bmt_tf.tasks import kinds
from bmt_tf.tasks.colours import voc_colours
from bmt_tf.tasks.lazy_tensorflow import tf

# What Keras, every file system and the signatures of a SavedModel can take.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True)
class Task:
    """One thing to be predicted from an image. Equal by value.

    A loss is called as `loss(outputs, labels, counts)`, where `counts` is `loss.counts(labels)` summed over the
    replicas; see `bmt_tf.tasks.losses`. A measure is made by `measure(task)`; see `bmt_tf.tasks.measures`.

    Args:
        name: Name of the task, a Python identifier of plain letters: it becomes the name of layers, folders and
            columns.
        kind: Form of the labels: a `LabelKind`, or the name of one of `KINDS`.
        channels: Number of channels that the head puts out.
        loss: Loss object.
        measure: Maker of a running measure: called with this task.
        lower_is_better: Whether less of the measure is better.
        weight: Weight of the loss in the sum over tasks.
        head: Name of the head, `"deeplab"` or `"pooled"`, or a head of one's own.
        classes: Names of the classes or attributes, one per channel; may be empty.
        colours: Red, green and blue (0 to 255) per class; where classes are to be drawn and this is empty, the colours
            of PASCAL VOC, continued.
        unit: Unit of the measure, and of predictions that are in any.
        measure_unit: Unit of the measure where it is another; None where it is not.
        measure_name: Name of the measure.
        needs_foreground: Whether a label that shows nothing but the background, class 0, counts as none.

    Raises:
        TypeError: `kind`, `loss` or `measure` is something else.
        ValueError: An argument is out of range, or the arguments contradict each other.
    """

    name: str
    kind: kinds.LabelKind
    channels: int
    loss: Any
    measure: Callable[["Task"], Any]
    lower_is_better: bool
    weight: float = 1.0
    head: Any = "deeplab"
    classes: tuple[str, ...] = ()
    colours: tuple[tuple[int, int, int], ...] = ()
    unit: str = ""
    measure_unit: str | None = None
    measure_name: str = ""
    needs_foreground: bool = False

    def __post_init__(self):
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ValueError(
                "`name` must be a Python identifier of at most 64 letters from a to z, digits and underscores that "
                f"begins with a letter. Received: name={self.name!r}."
            )
        object.__setattr__(self, "kind", _label_kind(self.kind, self.name))
        if self.channels < 1 or self.channels != (self.kind.head_channels or self.channels):
            rule = self.kind.head_channels or "at least 1"
            raise ValueError(f"`channels` of task {self.name!r} must be {rule}. Received: channels={self.channels}.")
        if self.kind.activation.categorical and self.channels > 255:
            raise ValueError(
                f"`channels` of task {self.name!r} must be at most 255, as 255 marks ignored pixels. "
                f"Received: channels={self.channels}."
            )
        if not (math.isfinite(self.weight) and self.weight >= 0):
            raise ValueError(f"`weight` of task {self.name!r} must be at least 0. Received: weight={self.weight}.")
        for argument in ("loss", "measure"):
            value = getattr(self, argument)
            if not callable(value):
                raise TypeError(f"`{argument}` of task {self.name!r} must be callable. Received: {argument}={value!r}.")
        self._check_classes()

    def _check_classes(self):
        object.__setattr__(self, "classes", tuple(self.classes))
        if not self.colours and self.kind.activation.categorical:
            object.__setattr__(self, "colours", voc_colours(self.channels))
        object.__setattr__(self, "colours", tuple(tuple(colour) for colour in self.colours))
        for argument in ("classes", "colours"):
            count = len(getattr(self, argument))
            if count not in (0, self.channels):
                raise ValueError(
                    f"`{argument}` of task {self.name!r} must have one entry for each of its {self.channels} channels. "
                    f"Received: {count} entries."
                )

    def decode(self, outputs: "tf.Tensor") -> "tf.Tensor":
        """Returns the prediction, in the form of the task's labels.

        Args:
            outputs: What the head puts out, float32 `[B, H, W, channels]` or `[B, channels]`.

        Returns:
            Classes uint8 `[B, H, W, 1]`; probabilities, depth in metres or unit vectors float32 in the shape of
            `outputs`.
        """
        return self.kind.activation.decode(outputs)

    def without_background_alone(self, label: "tf.Tensor") -> "tf.Tensor":
        """Returns the label of one image, all ignored where it shows background alone and `needs_foreground` is set.

        Source: BMTAS, published code, for crops in training as for whole images in scoring.

        Args:
            label: Label of the task.
        """
        if not self.needs_foreground:
            return label
        ignore = tf.constant(self.kind.ignore, self.kind.dtype)
        return tf.where(tf.reduce_any((label != 0) & (label != ignore)), label, ignore)


def empty_label(task: Task, height: int, width: int) -> np.ndarray:
    """Returns the label of an image that lacks this task's label: every element is ignored.

    Args:
        task: The task.
        height: Height of the image in pixels.
        width: Width of the image in pixels.

    Returns:
        Array of the kind's type and shape, all 255 or all NaN.
    """
    return np.full(task.kind.label_shape(task.channels, height, width), task.kind.ignore, task.kind.dtype)


def _label_kind(kind: Any, task_name: str) -> kinds.LabelKind:
    if isinstance(kind, kinds.LabelKind):
        return kind
    if not isinstance(kind, str):
        raise TypeError(
            f"`kind` of task {task_name!r} must be a LabelKind or the name of one. Received: kind={kind!r}."
        )
    if kind not in kinds.KINDS:
        raise ValueError(
            f"`kind` of task {task_name!r} must be one of {', '.join(kinds.KINDS)}. Received: kind={kind!r}."
        )
    return kinds.KINDS[kind]
