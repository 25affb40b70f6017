"""The branched network: the encoder's blocks once per part of the grouping, one head per task."""

import contextlib
import random

import keras


def build_branched(
    encoder, tasks, grouping, image_size=None, plain_last_norm: bool = False, seed: int | None = None
) -> keras.Model:
    """Returns the network of a grouping, as a functional model with one nested model per node of the tree.

    The nodes are named `stem`, `<block>_g<k>` (k-th part of the block, from 0) and `head_<task>`. Fresh weights depend
    on the seed and the node's name alone, not on the rest of the tree.

    Args:
        encoder: The `Encoder`.
        tasks: The `Task`s, in the order of the grouping.
        grouping: The `Grouping` of these tasks over the encoder's blocks.
        image_size: Nominal height and width, for summaries; the model takes any size either way.
        plain_last_norm: Whether the last batch norm of each block goes without scale and shift (warm-up of a search).
        seed: Seed of the fresh weights; by default drawn from Python's generator (`keras.utils.set_random_seed`).

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
    image = keras.Input((*(image_size or (None, None)), 3), name="image", dtype="float32")
    with _drawn_for(seed, "stem"):
        stem = encoder.stem_model()
    features, low_level = stem(image) if encoder.low_level_in_stem else (stem(image), None)
    if encoder.low_level == "stem":
        low_level = features
    reached = dict.fromkeys(grouping.tasks, features)
    low_levels = dict.fromkeys(grouping.tasks, low_level)
    for block in encoder.blocks:
        for index, part in enumerate(grouping.parts(block.name)):
            x = reached[part[0]]
            name = f"{block.name}_g{index}"
            with _drawn_for(seed, name):
                node = block.model(x.shape[-1], name, plain_last_norm)
            reached.update(dict.fromkeys(part, node(x)))
        if block.name == encoder.low_level:
            low_levels = dict(reached)
    outputs = {}
    for task in tasks:
        inputs = [x for x in (reached[task.name], low_levels[task.name]) if x is not None]
        with _drawn_for(seed, f"head_{task.name}"):
            head = encoder.head_model(task, *(x.shape[-1] for x in inputs))
        outputs[task.name] = head([*inputs, image])
    model = keras.Model(image, outputs, name="branched")
    model.input_spec = keras.layers.InputSpec(shape=(None, None, None, 3))
    return model


def node_sharing(grouping) -> dict[str, int]:
    """Returns how many tasks share each node of the network of a grouping.

    Args:
        grouping: The `Grouping`.

    Returns:
        Name of the nested model -> number of tasks: all for the stem, 1 for a head.
    """
    sharing = {"stem": len(grouping.tasks)}
    for block in grouping.blocks:
        for index, part in enumerate(grouping.parts(block)):
            sharing[f"{block}_g{index}"] = len(part)
    return sharing | {f"head_{task}": 1 for task in grouping.tasks}


def _check(encoder, tasks, grouping):
    for task in tasks:
        if not all(hasattr(task, field) for field in ("name", "channels", "head")):
            raise TypeError(f"`tasks` must be Task records (see get_task). Received: {task!r}.")
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


@contextlib.contextmanager
def _drawn_for(seed, name):
    """Makes Keras, which draws an unseeded initializer's seed from Python's generator, draw one for this node."""
    state = random.getstate()
    random.seed(f"{seed}/{name}")
    try:
        yield
    finally:
        random.setstate(state)
