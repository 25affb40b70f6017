"""Functions of a network whose weights are constants in their graphs: what every format is made of."""

from collections.abc import Callable, Mapping, Sequence

import tensorflow as tf

# TensorFlow has no public name for it; its guides call it so.
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2


def frozen(
    function: Callable[[tf.Tensor], dict[str, tf.Tensor]],
    spec: tf.TensorSpec,
    parts: Mapping[str, Sequence[str]],
) -> dict[str, tf.types.experimental.Callable]:
    """Returns functions of parts of a network's outputs, with the weights as constants in their graphs.

    The network is traced once; the graph of each part has only what its outputs need. Constants are served faster than
    variables: a convolution brings its kernel into the order of the machine once instead of at every call. What stands
    for a graph in the result has no variables, so that any loader, and any converter, reads it alike.

    Args:
        function: From images to named outputs, as `serving_function` makes it.
        spec: Type and form of the images; an exact size makes a graph for that alone.
        parts: Name of each result -> the names of its outputs.
    """
    traced = tf.function(function, input_signature=[spec], autograph=False).get_concrete_function()
    # TensorFlow returns outputs in the order of their names.
    shapes = {name: traced.structured_outputs[name].shape for name in sorted(traced.structured_outputs)}
    constant = convert_variables_to_constants_v2(traced)
    graph, image = constant.graph.as_graph_def(), constant.inputs[0].name
    tensors = dict(zip(shapes, (output.name for output in constant.outputs), strict=True))
    return {part: _part(graph, spec, image, tensors, shapes, sorted(names)) for part, names in parts.items()}


def _part(graph, spec, image, tensors, shapes, names) -> tf.types.experimental.Callable:
    wanted = [tensors[name] for name in names]
    needed = _with_all_before(graph, [image, *wanted])

    def call(image_now: tf.Tensor) -> dict[str, tf.Tensor]:
        found = tf.graph_util.import_graph_def(needed, {image: image_now}, wanted, name="network")
        # The converters give outputs the names of these operations.
        return {
            name: tf.identity(tf.ensure_shape(output, shapes[name]), name=name)
            for name, output in zip(names, found, strict=True)
        }

    return tf.function(call, input_signature=[spec], autograph=False)


def _with_all_before(graph, tensors: Sequence[str]):
    """Returns the graph of the operations that some tensors are computed by."""
    nodes = {node.name: node for node in graph.node}
    reached, waiting = set(), [_operation(tensor) for tensor in tensors]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += map(_operation, nodes[name].input)
    found = tf.compat.v1.GraphDef(versions=graph.versions, library=graph.library)
    found.node.extend(node for node in graph.node if node.name in reached)
    return found


def _operation(tensor: str) -> str:
    return tensor.removeprefix("^").partition(":")[0]


def where(function: tf.types.experimental.Callable, types: Sequence[str]) -> str:
    """Returns operators by type, each with the name of the first operation of it in a frozen function.

    The name begins with those of the models and the layer it is in, and so of its block, or head and task.

    Args:
        function: One of those that `frozen` returns.
        types: Types of operators.
    """
    found = {}
    for operation in function.get_concrete_function().graph.get_operations():
        found.setdefault(operation.type, operation.name.removeprefix("network/"))
    return ", ".join(f"{type} in {found[type]}" if type in found else type for type in types)
