"""Counting what a built model costs, layer call by layer call."""

import math

import keras

from bmt_tf.costs.units import get_unit


def model_cost(model: keras.Model, unit: str, image_size: tuple[int, int]) -> float:
    """Returns what a model costs for one image.

    Nested models are entered; a layer that is called twice counts twice, its parameters once. In `multiply_adds` the
    products of convolutions and dense layers count 1 each, all else nothing, layers with a method
    `multiply_adds(input_shape)` what it returns. `paper_multiply_adds` is the papers' counter: a convolution without
    bias saves half an operation per output, and pooling counts half an operation per element it reads.

    Args:
        model: A functional model of images `[B, H, W, 3]`.
        unit: `"parameters"` (trainable), `"multiply_adds"` or `"paper_multiply_adds"`.
        image_size: Height and width.

    Returns:
        The cost: an integer for the first two units, a multiple of 1/2 for the third.

    Raises:
        ValueError: There is no such unit, or it is measured: `bmt_tf.export` does that on served networks.
    """
    return cost_and_outputs(model, unit, [keras.KerasTensor((1, *image_size, 3))])[0]


def cost_and_outputs(model: keras.Model, unit: str, inputs: list) -> tuple[float, list]:
    """Returns the cost of one call on KerasTensors of fixed shape, batch 1, and the outputs as the model has them."""
    if not get_unit(unit).counted:
        raise ValueError(
            f"`unit` must be one that is counted; bmt_tf.export.tree_costs and served_latency measure the others on "
            f"served networks. Received: unit={unit!r}."
        )
    operations = []
    outputs = _walk(model, inputs, lambda *call: operations.append(_operations(unit, *call)))
    if unit == "parameters":
        return sum(math.prod(variable.shape) for variable in model.trainable_variables), outputs
    return (sum(operations) if unit == "multiply_adds" else sum(operations) / 2), outputs


def _walk(model, inputs, visit):
    """Runs a model on shapes, calls `visit(layer, inputs, output)` for each layer call, returns the outputs."""
    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            inputs = _call(layer, visit)(inputs[0] if isinstance(inputs, list) else inputs)
        return inputs
    if not hasattr(model, "operations"):
        raise TypeError(f"`model` must be made of functional models. Received: {model.name}, a {type(model).__name__}.")
    # Keras has no public walk over the calls of a graph; this is the one its `clone_model` uses.
    return model._run_through_graph(keras.tree.flatten(inputs), operation_fn=lambda layer: _call(layer, visit))


def _call(layer, visit):
    def call(*args, **kwargs):
        if isinstance(layer, keras.Model):
            return _walk(layer, args[0], visit)
        outputs = layer.compute_output_spec(*args, **kwargs)
        visit(layer, args, outputs)
        return outputs

    return call


def _operations(unit, layer, inputs, output):
    """Multiply-adds of a call, or twice those of the papers' counter (which has halves)."""
    if unit not in ("multiply_adds", "paper_multiply_adds"):
        return 0
    papers = unit == "paper_multiply_adds"
    if hasattr(layer, "multiply_adds"):
        return layer.multiply_adds(*(tensor.shape for tensor in keras.tree.flatten(inputs))) * (2 if papers else 1)
    if isinstance(layer, keras.layers.MaxPooling2D | keras.layers.AveragePooling2D):
        return math.prod(layer.pool_size) * math.prod(output.shape) if papers else 0
    if isinstance(layer, keras.layers.GlobalAveragePooling2D | keras.layers.GlobalMaxPooling2D):
        return math.prod(inputs[0].shape) if papers else 0
    products = _products(layer, inputs, output)
    if papers:
        return sum(elements * (2 * length - (not bias)) for elements, length, bias in products)
    return sum(elements * length for elements, length, _ in products)


def _products(layer, inputs, output):
    """Number of output elements, length of the scalar product behind each, and whether a bias is added."""
    kinds = keras.layers
    if isinstance(layer, kinds.SeparableConv1D | kinds.SeparableConv2D):
        *window, channels, multiplier = layer.depthwise_kernel.shape
        places = math.prod(output.shape) // layer.filters
        wide = channels * multiplier
        return [(places * wide, math.prod(window), False), (places * layer.filters, wide, layer.use_bias)]
    if isinstance(layer, kinds.DepthwiseConv1D | kinds.DepthwiseConv2D):
        return [(math.prod(output.shape), math.prod(layer.kernel.shape[:-2]), layer.use_bias)]
    if isinstance(layer, kinds.Conv1DTranspose | kinds.Conv2DTranspose | kinds.Conv3DTranspose):
        # Each input element is multiplied with the whole window; the papers' networks have no such layer.
        return [(math.prod(inputs[0].shape), math.prod(layer.kernel.shape[:-1]), True)]
    if isinstance(layer, kinds.Conv1D | kinds.Conv2D | kinds.Conv3D | kinds.Dense):
        return [(math.prod(output.shape), math.prod(layer.kernel.shape[:-1]), layer.use_bias)]
    if any(len(variable.shape) > 1 for variable in getattr(layer, "trainable_variables", ())):
        raise ValueError(
            f"layer {layer.name} must be of a known kind or have a method `multiply_adds(input_shape)` to be counted. "
            f"Received: a {type(layer).__name__} with weights."
        )
    return []
