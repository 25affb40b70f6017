"""The branched network: the encoder's blocks once per part of the grouping, one head per task."""

import functools
import random

import keras

from bmt_tf.models.assembly import assembled, check_tasks, image_input, step_model, task_output


def build_branched(
    encoder, tasks, grouping, image_size=None, plain_last_norm: bool = False, seed: int | None = None
) -> keras.Model:
    """Returns the network of a grouping, as a functional model with one nested model per node of the tree.

    The nodes bear the names of `Grouping.nodes`. Fresh weights depend on the seed and the node's name alone, not on the
    rest of the tree.

    Args:
        encoder: The `Encoder`.
        tasks: The `Task`s, in the order of the grouping.
        grouping: The `Grouping` of these tasks over the encoder's blocks.
        image_size: Nominal height and width, for summaries; the model takes any size either way.
        plain_last_norm: Whether the last batch norm of each block goes without scale and shift (warm-up of a search).
        seed: Seed of the fresh weights; by default drawn from Python's generator (`keras.utils.set_random_seed`); only
            then does that generator move.

    Returns:
        A model of float32 images 0..255 `[B, H, W, 3]`, with outputs {task name: float32 logits}, `[B, H, W, channels]`
        for dense tasks.

    Raises:
        TypeError: A task is not a `Task`.
        ValueError: Tasks or blocks are not those of the grouping.
    """
    tasks = tuple(tasks)
    _check(encoder, tasks, grouping)
    seed = random.randrange(2**31) if seed is None else seed
    image = image_input(image_size)
    names = {(node.block, task): node.name for node in grouping.nodes() for task in node.tasks}
    reached = {}  # node -> its output

    def step(block, x, task):
        node = names[block.name, task]
        if node not in reached:  # The tasks of a part come to it with the same features.
            reached[node] = step_model(encoder, block, node, x.shape[-1], seed, plain_last_norm)(x)
        return reached[node]

    outputs = {}
    for task in tasks:
        features = encoder.walk(image, functools.partial(step, task=task.name))
        outputs[task.name] = task_output(encoder, task, features, image, seed)
    return assembled(image, outputs, "branched")


def node_sharing(grouping) -> dict[str, int]:
    """Returns how many tasks share each node of the network of a grouping.

    Args:
        grouping: The `Grouping`.

    Returns:
        Name of the nested model -> number of tasks: all for the stem, 1 for a head.
    """
    return {node.name: len(node.tasks) for node in grouping.nodes()}


def _check(encoder, tasks, grouping):
    check_tasks(tasks)
    names = tuple(task.name for task in tasks)
    if names != tuple(grouping.tasks):
        raise ValueError(
            f"`tasks` must be those of the grouping, in its order: {tuple(grouping.tasks)}. Received: {names}."
        )
    if encoder.block_names != tuple(grouping.blocks):
        unknown = [name for name in grouping.blocks if name not in encoder.block_names]
        missing = [name for name in encoder.block_names if name not in grouping.blocks]
        raise ValueError(
            f"`grouping` must have the blocks of encoder {encoder.name}, in its order: {encoder.block_names}. "
            f"Received: {tuple(grouping.blocks)} (unknown: {unknown}, missing: {missing})."
        )
