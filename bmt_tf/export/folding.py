"""Batch norms folded into the convolutions before them, so that what is served computes less."""

import collections
from typing import NamedTuple

import keras
import numpy as np

from bmt_tf.layers import BatchNorm
from bmt_tf.models.blocks import flat_layers

_LAST_AXIS = (keras.layers.Conv2D, keras.layers.Dense)  # kernels whose last axis is that of the outputs
_LINEAR = (*_LAST_AXIS, keras.layers.DepthwiseConv2D, keras.layers.Conv2DTranspose)
_NORMS = (BatchNorm, keras.layers.BatchNormalization)


def folded(network: keras.Model) -> keras.Model:
    """Returns a network that computes in inference what another does, without most of its batch norms.

    A batch norm that stands directly after a linear convolution or dense layer, whose outputs nothing else takes,
    becomes part of this layer's kernel and bias; others stay. All other layers are those of the network itself. What
    computes in half precision is left alone, as the products would be rounded elsewhere.

    Source: Lu et al., CVPR 2017 (published code) does so after training.

    Args:
        network: A network of functional models, as all of this package are.
    """
    norms = _norms_by_layer(network)
    if not norms:
        return network
    gone = {id(norm) for norm in norms.values()}

    def clone(layer):
        if id(layer) in norms:
            return type(layer).from_config(layer.get_config() | {"use_bias": True})
        if id(layer) in gone:
            return keras.layers.Identity(name=layer.name, dtype=layer.dtype_policy)
        return layer.from_config(layer.get_config()) if isinstance(layer, keras.layers.InputLayer) else layer

    copy = keras.models.clone_model(network, clone_function=clone, call_function=_call, recursive=True)
    copy.input_spec = network.input_spec
    for old, new in zip(flat_layers(network), flat_layers(copy), strict=True):
        if id(old) in norms:
            new.set_weights(_folded_weights(old, norms[id(old)]))
    return copy


def _call(layer, *args, **kwargs):
    if isinstance(layer, keras.layers.Identity):
        kwargs.pop("mask", None)  # Keras' own batch norm takes one.
    return layer(*args, **kwargs)


class _Call(NamedTuple):
    layer: keras.layers.Layer
    inputs: list
    outputs: list


def _norms_by_layer(network) -> dict[int, keras.layers.Layer]:
    """Returns the norms that can be folded, by the `id` of the layer before."""
    calls: list[_Call] = []
    outputs = _walk(network, network.inputs, calls)
    times = collections.Counter(id(call.layer) for call in calls)
    taken = collections.Counter(id(x) for call in calls for x in call.inputs)
    taken.update(id(x) for x in keras.tree.flatten(outputs))
    produced = {id(x): call.layer for call in calls for x in call.outputs}
    found = {}
    for call in calls:
        if not isinstance(call.layer, _NORMS):
            continue
        [x] = call.inputs
        before = produced.get(id(x))
        if _is_linear(before) and _is_plain(call.layer, x):
            if times[id(before)] == times[id(call.layer)] == taken[id(x)] == 1:
                found[id(before)] = call.layer
    return found


def _walk(model, inputs, calls):
    """Runs a model on KerasTensors and notes each call of a layer, those in nested models too; returns the outputs."""

    def call(layer):
        def run(*args, **kwargs):
            if isinstance(layer, keras.Model):
                return _walk(layer, args[0], calls)
            outputs = layer.compute_output_spec(*args, **kwargs)
            calls.append(_Call(layer, keras.tree.flatten(args), keras.tree.flatten(outputs)))
            return outputs

        return run

    # Keras has no public walk over the calls of a graph; this is the one its `clone_model` uses.
    return model._run_through_graph(keras.tree.flatten(inputs), operation_fn=call)


def _is_linear(layer) -> bool:
    if not isinstance(layer, _LINEAR) or layer.compute_dtype != "float32":
        return False
    return layer.activation is keras.activations.linear and getattr(layer, "data_format", None) != "channels_first"


def _is_plain(norm, x) -> bool:
    axis = getattr(norm, "axis", -1)
    return norm.compute_dtype == "float32" and axis in (-1, len(x.shape) - 1)


def _folded_weights(layer, norm) -> list[np.ndarray]:
    """Returns the kernel and the bias of a layer and the norm after it, computed in float64."""
    gamma, beta = (getattr(norm, name, None) for name in ("gamma", "beta"))
    mean, variance = (np.asarray(value, np.float64) for value in (norm.moving_mean, norm.moving_variance))
    factor = (1.0 if gamma is None else np.asarray(gamma, np.float64)) / np.sqrt(variance + norm.epsilon)
    kernel = np.asarray(layer.kernel, np.float64)
    bias = np.asarray(layer.bias, np.float64) if layer.use_bias else 0.0
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        by_output = factor.reshape(kernel.shape[-2:])
    elif isinstance(layer, _LAST_AXIS):
        by_output = factor
    else:
        by_output = factor[:, None]
    shift = (bias - mean) * factor + (0.0 if beta is None else np.asarray(beta, np.float64))
    return [(kernel * by_output).astype(np.float32), shift.astype(np.float32)]
