"""What every multi-task network is assembled from: an image, steps of the encoder, one head per task."""

from collections.abc import Mapping
from typing import Any

import keras

from bmt_tf.grouping.nodes import head_node
from bmt_tf.models.blocks import Block
from bmt_tf.models.fresh_weights import drawn_for


def image_input(image_size: tuple[int, int] | None) -> keras.KerasTensor:
    """Returns the network's input, float32 `[B, H, W, 3]`, of a nominal size or of any."""
    return keras.Input((*(image_size or (None, None)), 3), name="image", dtype="float32")


def step_model(
    encoder, block: Block, node: str, channels: int, seed: int, plain_last_norm: bool = False, tap: str | None = None
) -> keras.Model:
    """Returns the stem or a block of an encoder as a model of a node's name, with fresh weights of that node.

    The stem is `block is encoder.stem`; `plain_last_norm` and `tap` are as in `Block.model`.
    """
    with drawn_for(seed, node):
        if block is not encoder.stem:
            return block.model(channels, node, plain_last_norm, tap)
        model = encoder.stem_model()
        model.name = node
        return model


def task_output(encoder, task, features: Mapping[str, Any], image, seed: int) -> keras.KerasTensor:
    """Returns the output of a task's head on its features by name, as `Encoder.walk` returns them."""
    with drawn_for(seed, head_node(task.name)):
        head = encoder.head_model(task, features)
    return head(encoder.head_inputs(task, features, image))


def assembled(image, outputs: Mapping[str, Any], name: str) -> keras.Model:
    """Returns the network of an image and outputs by task, which takes images of any size."""
    model = keras.Model(image, dict(outputs), name=name)
    model.input_spec = keras.layers.InputSpec(shape=(None, None, None, 3))
    return model


def check_tasks(tasks) -> None:
    """Refuses what is no `Task`, such as the name of one."""
    for task in tasks:
        if not all(hasattr(task, field) for field in ("name", "channels", "head")):
            raise TypeError(f"`tasks` must be Task records (see get_task). Received: {task!r}.")
