"""The functions that an exported network offers: photographs in, decoded predictions at their size out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import keras
import tensorflow as tf

from bmt_tf.export.freezing import frozen
from bmt_tf.models.load_size import at_loaded_size
from bmt_tf.models.own_size import at_own_size
from bmt_tf.tasks import Task

INPUT = tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")
ALL_TASKS = "serve"  # the entry point that predicts all tasks
# Names that the entry point of a task cannot have, because a SavedModel has them itself.
RESERVED = ("serve", "serving_default", "signatures", "variables", "trainable_variables", "non_trainable_variables")


@dataclass(frozen=True)
class Exportable:
    """A trained network with all that exporting it takes.

    Args:
        model: The network, from float32 images 0..255 to outputs by task.
        tasks: Its tasks.
        stride: That of its encoder; images are padded inside to a multiple of it.
        serve_size: Height and width, or shorter side, in pixels, to which images are resized inside.
    """

    model: keras.Model
    tasks: Sequence[Task]
    stride: int
    serve_size: tuple[int, ...] | None = None
    _frozen: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self):
        taken = [task.name for task in self.tasks if task.name in RESERVED or task.name.startswith("_")]
        if taken:
            raise ValueError(
                f"`tasks` must have names that are not {', '.join(RESERVED)} and do not begin with an underscore to "
                f"become entry points. Received: {taken}."
            )

    @property
    def names(self) -> list[str]:
        """The names of the entry points: that of all tasks, then the tasks'."""
        return list(self.parts)

    @property
    def parts(self) -> dict[str, list[str]]:
        """The names of the outputs that each entry point gives."""
        tasks = [task.name for task in self.tasks]
        return {ALL_TASKS: tasks} | {name: [name] for name in tasks}

    def function(self, image: tf.Tensor) -> dict[str, tf.Tensor]:
        """Returns all outputs for uint8 images `[B, H, W, 3]`."""
        return serving_function(self.model, self.tasks, self.stride, self.serve_size)(image)

    def entry_points(self, size: tuple[int, int] | None = None) -> dict[str, tf.types.experimental.Callable]:
        """Returns frozen functions of uint8 images by entry point; that of a task computes its path alone.

        They are made once for all formats: tracing a network takes longer than writing it.

        Args:
            size: Height and width of the one image that they take; batches of any size by default.
        """
        if size not in self._frozen:
            spec = INPUT if size is None else tf.TensorSpec([1, *size, 3], INPUT.dtype, INPUT.name)
            self._frozen[size] = frozen(self.function, spec, self.parts)
        return dict(self._frozen[size])


def serving_function(
    model: keras.Model, tasks: Sequence[Task], stride: int, serve_size: tuple[int, ...] | None = None
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns the function behind an entry point: uint8 `[B, H, W, 3]` -> task name -> prediction at that size.

    Inside, images are resized to `serve_size`, if there is one, by `at_loaded_size`, and then computed as for scoring,
    by `at_own_size`; predictions have the form of `Task.decode`.
    """

    outputs_of = at_own_size(model, stride)
    if serve_size is not None:
        outputs_of = at_loaded_size(outputs_of, serve_size, tasks)

    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs = outputs_of(tf.cast(image, tf.float32))
        return {task.name: task.decode(outputs[task.name]) for task in tasks}

    return serve
