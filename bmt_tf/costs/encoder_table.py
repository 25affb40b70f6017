"""The cost table of an encoder: each node of the tree built and measured once."""

import keras

from bmt_tf.costs.counting import cost_and_outputs
from bmt_tf.costs.table import CostTable


def cost_table(encoder, tasks, image_size: tuple[int, int], unit: str) -> CostTable:
    """Returns what stem, blocks and heads cost for one image.

    Args:
        encoder: An `Encoder`.
        tasks: The `Task`s.
        image_size: Height and width.
        unit: `"parameters"`, `"multiply_adds"`, `"paper_multiply_adds"` or `"milliseconds"`; see `model_cost`.

    Returns:
        The table. In counted units its cost of a grouping is exactly that of the built network; milliseconds are close.
    """
    image = keras.KerasTensor((1, *image_size, 3))
    stem, features = cost_and_outputs(encoder.stem_model(), unit, [image])
    low_level = None
    if encoder.low_level_in_stem:
        features, low_level = features
    elif encoder.low_level == "stem":
        low_level = features
    blocks = {}
    for block in encoder.blocks:
        blocks[block.name], features = cost_and_outputs(block.model(features.shape[-1]), unit, [features])
        if block.name == encoder.low_level:
            low_level = features
    inputs = [features] if low_level is None else [features, low_level]
    heads = {}
    for task in tasks:
        head = encoder.head_model(task, *(tensor.shape[-1] for tensor in inputs))
        heads[task.name], _ = cost_and_outputs(head, unit, [*inputs, image])
    return CostTable(unit, stem, blocks, heads)
