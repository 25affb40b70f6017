"""The weights of a SavedModel are constants of its graphs, and the endpoint of a task has only its own."""

import tensorflow as tf


def test_an_endpoint_has_its_weights_as_constants(exported):
    loaded = tf.saved_model.load(exported("saved_model").folder)
    assert not list(getattr(loaded, "variables", ()))
    for endpoint, convolutions in {"serve": 6, "depth": 3, "scene": 2}.items():
        operations = getattr(loaded, endpoint).concrete_functions[0].graph.get_operations()
        kernels = [operation.inputs[1].op for operation in operations if operation.type == "Conv2D"]
        assert len(kernels) == convolutions
        while any(kernel.type == "Identity" for kernel in kernels):
            kernels = [kernel.inputs[0].op if kernel.type == "Identity" else kernel for kernel in kernels]
        assert {kernel.type for kernel in kernels} == {"Const"}
