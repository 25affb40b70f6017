"""Functions of a network whose weights are constants in their graphs: what every format is made of."""

from collections.abc import Callable

import tensorflow as tf

# TensorFlow has no public name for it; its guides call it so.
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2


def frozen(
    function: Callable[[tf.Tensor], dict[str, tf.Tensor]], spec: tf.TensorSpec
) -> tf.types.experimental.Callable:
    """Returns a function with the weights of a network as constants in its graph.

    Constants are served faster than variables: a convolution brings its kernel into the order of the machine once
    instead of at every call. What stands for the graph in the result has no variables, so that any loader, and any
    converter, reads it alike.

    Args:
        function: From images to named outputs, as `serving_function` makes it.
        spec: Type and form of the images; an exact size makes a graph for that alone.
    """
    traced = tf.function(function, input_signature=[spec], autograph=False).get_concrete_function()
    names = sorted(traced.structured_outputs)
    shapes = [traced.structured_outputs[name].shape for name in names]
    constant = convert_variables_to_constants_v2(traced)
    graph, image = constant.graph.as_graph_def(), constant.inputs[0].name
    outputs = [output.name for output in constant.outputs]

    def call(image_now: tf.Tensor) -> dict[str, tf.Tensor]:
        found = tf.graph_util.import_graph_def(graph, {image: image_now}, outputs, name="network")
        # The converters give outputs the names of these operations.
        return {
            name: tf.identity(tf.ensure_shape(output, shape), name=name)
            for name, output, shape in zip(names, found, shapes, strict=True)
        }

    return tf.function(call, input_signature=[spec], autograph=False)
