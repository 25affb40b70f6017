"""The cost table of an encoder: each node of the tree built, without values, and counted once."""

import keras

from bmt_tf.costs.counting import cost_and_outputs
from bmt_tf.costs.table import CostTable
from bmt_tf.costs.unvalued import without_values
from bmt_tf.grouping.nodes import STEM


def cost_table(encoder, tasks, image_size: tuple[int, int], unit: str) -> CostTable:
    """Returns what stem, blocks and heads cost for one image.

    Args:
        encoder: An `Encoder`.
        tasks: The `Task`s.
        image_size: Height and width.
        unit: `"parameters"`, `"multiply_adds"` or `"paper_multiply_adds"`; see `model_cost`. Milliseconds are measured
            by `bmt_tf.export.latency_table`.

    Returns:
        The table. Its cost of a grouping is exactly that of the built network.
    """
    costs, heads = {}, {}

    def count(block, x):
        model = encoder.stem_model() if block is encoder.stem else block.model(x.shape[-1])
        costs[block.name], outputs = cost_and_outputs(model, unit, [x])
        return outputs

    image = keras.KerasTensor((1, *image_size, 3))
    with without_values():
        features = encoder.walk(image, count)
        for task in tasks:
            head = encoder.head_model(task, features)
            heads[task.name], _ = cost_and_outputs(head, unit, encoder.head_inputs(task, features, image))
    return CostTable(unit, costs.pop(STEM), costs, heads)
