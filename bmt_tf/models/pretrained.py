"""Pretrained weights, into every branch of a network."""

from pathlib import Path

import keras
import numpy as np

from bmt_tf.models.blocks import flat_layers
from bmt_tf.models.encoder import Converted
from bmt_tf.models.fresh_weights import drawn_for


def load_pretrained(model: keras.Model, encoder, grouping, weights: str | Path = "imagenet") -> int:
    """Sets the weights of stem and blocks, in every branch, to pretrained ones.

    The weights are read through the `keras.applications` model, whose files match by order. Heads, and blocks that
    are `fresh` by their definition, such as the (R-)ASPP, keep their fresh weights.

    Args:
        model: A network of `build_branched`.
        encoder: Its encoder.
        grouping: Its grouping.
        weights: `"imagenet"` (downloaded by Keras) or a local `.weights.h5` file for the `keras.applications` model,
            with or without top; for a thin VGG-16 that of a wider one, see `read_vgg16`.

    Returns:
        The number of variables set.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The encoder has no pretrained weights, the file does not fit, or a variable is not found.
    """
    if encoder.pretrained is None:
        raise ValueError(
            f"`encoder` must be one that keras.applications has weights for (mobilenet_v2_<width>, resnet50_keras, "
            f"vgg16, thin_vgg16_<omega>). Received: {encoder.name}, which starts from random weights or brings its own."
        )
    _check_there(str(weights))
    if isinstance(encoder.pretrained, Converted):
        return _set_converted(model, grouping, encoder.pretrained.read(str(weights)))
    source = _read(encoder, str(weights))
    count, used, fresh = 0, set(), _fresh_beginnings(encoder)
    for node in grouping.nodes():
        for layer in () if node.block is None else flat_layers(model.get_layer(node.name)):
            if layer.weights and not layer.name.startswith(fresh):
                count += _copy(encoder, source, layer)
                used.add(encoder.pretrained.layers[layer.name])
    unused = {layer.name for layer in source.layers if layer.weights} - used - set(encoder.pretrained.left_over)
    if unused:
        raise ValueError(
            f"`weights` of {encoder.name} must all find their place in the encoder. Left over: {sorted(unused)}."
        )
    return count


def _fresh_beginnings(encoder):
    """Returns how the names of layers begin that have no pretrained weights, of joined blocks those of their parts."""
    parts = [part for block in (encoder.stem, *encoder.blocks) for part in (block.parts or (block,))]
    return tuple(f"{part.name}_" for part in parts if part.fresh)


def _set_converted(model, grouping, values):
    """Sets the variables of stem and blocks to values by layer and variable; returns how many there are."""
    count = 0
    for node in grouping.nodes():
        for layer in () if node.block is None else flat_layers(model.get_layer(node.name)):
            for variable in layer.weights:
                variable.assign(values[layer.name][variable.name])
                count += 1
    return count


def _check_there(weights):
    if weights != "imagenet" and not Path(weights).is_file():
        raise FileNotFoundError(
            f"`weights` must be 'imagenet' or an existing .weights.h5 file. Received: weights={weights!r}."
        )


def _read(encoder, weights):
    try:
        with drawn_for(0, "pretrained"):
            source = encoder.pretrained.model("imagenet" if weights == "imagenet" else None)
        if weights == "imagenet":
            return source
        for variable in source.variables:  # Keras passes over parts that a file lacks: leave a trace of those.
            variable.assign(np.full(variable.shape, np.nan))
        source.load_weights(weights)
        return source
    except Exception as error:
        hint = "the download failed; give a local file" if weights == "imagenet" else "the file does not fit"
        raise ValueError(
            f"`weights` of {encoder.name} could not be read: {hint}. Received: weights={weights!r}."
        ) from error


def _copy(encoder, source, layer):
    theirs = encoder.pretrained.layers.get(layer.name)
    found = {} if theirs is None else {variable.name: variable.numpy() for variable in source.get_layer(theirs).weights}
    for variable in layer.weights:
        value = found.get(variable.name)
        if value is None or value.shape != variable.shape or np.isnan(value).any():
            received = "nothing" if value is None or np.isnan(value).any() else f"shape {value.shape} (layer {theirs})"
            raise ValueError(
                f"`weights` must hold every variable of {encoder.name}: {layer.name}/{variable.name} of shape "
                f"{tuple(variable.shape)}. Received: {received}."
            )
        variable.assign(value)
    return len(layer.weights)
