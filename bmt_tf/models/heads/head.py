"""What a head is: how it is built, and which of an encoder's features it wants."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras

from bmt_tf.grouping.nodes import head_node
from bmt_tf.models.convolutions import Style


@dataclasses.dataclass(frozen=True)
class HeadInputs:
    """What a head is built on.

    Args:
        features: The features it wants, by name: KerasTensors `[B, h, w, C]`. `features` are those of the last block;
            `low_level` is missing where the encoder has none.
        image: KerasTensor float32 `[B, H, W, 3]`; only its size matters.
        style: The encoder's `Style`.
    """

    features: Mapping[str, keras.KerasTensor]
    image: keras.KerasTensor
    style: Style


@dataclasses.dataclass(frozen=True)
class Head:
    """A kind of head: `build(inputs, channels)` puts its layers on `HeadInputs`; `wants` are names of features.

    `dense` says whether it is for a label per pixel or for one per image; None where that shows only once it is built.
    """

    build: Callable[[HeadInputs, int], keras.KerasTensor]
    wants: tuple[str, ...]
    dense: bool | None = None

    def given(self, task, available: Iterable[str]) -> tuple[str, ...]:
        """Returns which of the available features it takes, in order; it must do without `low_level` alone."""
        available = tuple(available)
        missing = [name for name in self.wants if name not in available and name != "low_level"]
        if missing:
            raise ValueError(
                f"`head` of task {task.name} must want features that the encoder has: {available}. Received: "
                f"head={task.head!r}, which wants {missing}."
            )
        return tuple(name for name in self.wants if name in available)

    def check_form(self, task, dense: bool) -> None:
        """Refuses a task that has a label per pixel where outputs are per image, or the other way round."""
        if dense != task.kind.dense:
            labels, outputs = (("pixel" if per_pixel else "image") for per_pixel in (task.kind.dense, dense))
            raise ValueError(
                f"`head` of task {task.name} must have outputs per {labels}, as its labels are. Received: "
                f"head={task.head!r}, with outputs per {outputs}."
            )

    def model(self, task, style: Style, features: Mapping[str, Any]) -> keras.Model:
        """Returns the head as a model `head_<task>` of a list: the features that it takes, then the image."""
        dtype = keras.config.dtype_policy().compute_dtype
        taken = {
            name: keras.Input((None, None, features[name].shape[-1]), name=name, dtype=dtype)
            for name in self.given(task, features)
        }
        image = keras.Input((None, None, 3), name="image", dtype="float32")
        outputs = self.build(HeadInputs(taken, image, style), task.channels)
        if outputs.dtype != "float32" or outputs.shape[-1] != task.channels:
            raise ValueError(
                f"head {task.head!r} of task {task.name} must return {task.channels} channels in float32 (its last "
                f"layer: dtype='float32'). Received: {outputs.dtype} {outputs.shape}."
            )
        self.check_form(task, len(outputs.shape) == 4)
        return keras.Model([*taken.values(), image], outputs, name=head_node(task.name))
