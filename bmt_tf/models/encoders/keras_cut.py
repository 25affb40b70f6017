"""Any functional Keras model as an encoder, by naming the layers at which it is cut."""

import itertools
from collections.abc import Sequence

import keras

from bmt_tf.layers import BatchNorm, Conv2D, Normalise
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import Style
from bmt_tf.models.encoder import Encoder


def encoder_from_keras(
    model: keras.Model,
    cuts: Sequence[str],
    *,
    low_level: str | None = None,
    normalise: str | None = None,
    last_block: Block | None = None,
    stride: int = 32,
    style: Style | None = None,
    name: str | None = None,
) -> Encoder:
    """Returns an encoder made of a functional Keras model, with the model's weights.

    The stem ends at the first cut; each further cut ends a block, which bears the name of the layer. Batch norm over
    the channels and 2-D convolutions are replaced by our layers with the same weights. Every branch starts from the
    weights that `model` has when the network is built; `load_pretrained` is not needed.

    Args:
        model: A functional model of images that uses each layer once; what follows the last cut is left out.
        cuts: Names of layers, from the image on.
        low_level: Name of the cut that feeds the heads' low-level input, or None.
        normalise: Mode of `Normalise` put before the model; None if the model takes images 0..255 as they are.
        last_block: A block to follow the last cut, such as `aspp_block(...)`.
        stride: How many times smaller than the image the features at the last cut are.
        style: What the heads look like; the style of MobileNetV2 by default.
        name: Name of the encoder; the model's by default.

    Returns:
        The encoder; blocks are nested models, as their definition is known to Keras only.

    Raises:
        TypeError: `model` is not a functional model.
        ValueError: A cut is unknown or out of order, there are fewer than two, or a connection skips one.
    """
    if not hasattr(model, "operations"):
        raise TypeError(f"`model` must be a functional Keras model. Received: {type(model).__name__}.")
    cuts = list(cuts)
    if len(cuts) < 2:
        raise ValueError(
            f"`cuts` must name at least two layers: the end of the stem, the end of a block. Received: {cuts}."
        )
    _check_cuts(model, cuts)
    blocks = [_block(model, cut, start, cut) for start, cut in itertools.pairwise(cuts)]
    stem = _block(model, "stem", None, cuts[0], normalise)
    return Encoder(
        name or model.name,
        stem,
        tuple(blocks if last_block is None else [*blocks, last_block]),
        "stem" if low_level == cuts[0] else low_level,
        stride,
        style or Style(),
    )


def _block(model, name, start, end, normalise=None):
    source = keras.Model(model.input if start is None else model.get_layer(start).output, model.get_layer(end).output)

    def apply(x):
        if normalise is not None:
            x = Normalise(normalise, dtype="float32", name=f"{name}_normalise")(x)
        free_size = keras.Input((None, None, x.shape[-1]), name="input", dtype=x.dtype)
        copy = keras.models.clone_model(source, free_size, _clone, _call, recursive=True)
        copy.set_weights(source.get_weights())
        copy.name = f"{name}_layers"
        return copy(x)

    return Block(name, apply)


def _clone(layer):
    config = layer.get_config()
    if isinstance(layer, keras.layers.Layer):
        config.pop("dtype", None)  # That of the policy in force, which may be bfloat16.
    if isinstance(layer, keras.layers.BatchNormalization) and layer.axis in (-1, len(layer.output.shape) - 1):
        kept = {key: config[key] for key in ("name", "trainable", "epsilon", "center", "scale")}
        return BatchNorm(**kept)
    kind = Conv2D if type(layer) is keras.layers.Conv2D else type(layer)
    return kind.from_config(config)


def _call(layer, *args, **kwargs):
    if isinstance(layer, BatchNorm):
        kwargs.pop("mask", None)  # Keras' own takes one.
    return layer(*args, **kwargs)


def _check_cuts(model, cuts):
    names = {operation.name: operation for operation in model.operations}
    for cut in cuts:
        if cut not in names:
            raise ValueError(f"`cuts` must be names of layers of model {model.name}. Received: {cut!r}.")
    producers = {id(tensor): operation for operation in model.operations for tensor in _flat(operation, "output")}
    # The segment of an operation is the first cut that needs it.
    segments = {}
    for index, cut in enumerate(cuts):
        if cut in segments:
            raise ValueError(f"`cuts` must follow the order of model {model.name}. Received: {cut!r} at place {index}.")
        waiting = [names[cut]]
        while waiting:
            operation = waiting.pop()
            if operation.name not in segments:
                segments[operation.name] = index
                waiting.extend(producers[id(tensor)] for tensor in _flat(operation, "input"))
    for operation in model.operations:
        here = segments.get(operation.name)
        for tensor in _flat(operation, "input"):
            producer = producers[id(tensor)]
            there = segments.get(producer.name)
            if here is None or there == here or producer.name == cuts[here - 1]:
                continue
            raise ValueError(
                f"`cuts` must not be crossed by a skip connection of model {model.name}. Received: the output of layer "
                f"{producer.name!r} goes to layer {operation.name!r} past the cut {cuts[there]!r}."
            )


def _flat(operation, side):
    if isinstance(operation, keras.layers.InputLayer) and side == "input":
        return []
    return keras.tree.flatten(getattr(operation, side))
