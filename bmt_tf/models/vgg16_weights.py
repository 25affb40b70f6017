"""The weights of a VGG-16 from a file of any of its forms, and the start of a narrower one from them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import h5py
import keras
import numpy as np

from bmt_tf.models.fresh_weights import drawn_for
from bmt_tf.models.somp import narrowed

EPSILON = 1.001e-5  # of the batch norms of our own form
_CONVOLUTIONS, _SIDE = 13, 7  # layers below fc6, and height and width of the map that fc6 is over
_STAGES = (2, 2, 3, 3, 3)
Layers = list[tuple[np.ndarray, np.ndarray]]  # kernel `[h, w, C, F]` and bias `[F]` of each layer, from the image on


def converted_weights(widths: Mapping[str, int], weights: str) -> dict[str, dict[str, np.ndarray]]:
    """Returns the values of the variables of a VGG-16 of given widths, by layer and variable.

    Where it is narrower than the source, its units are chosen by `narrowed`. Batch norm starts with the moments that
    leave everything as it is, so that before training a network of the source's widths computes what the source does.

    Args:
        widths: Name of each block, from the image on -> number of its channels.
        weights: `"imagenet"` (downloaded by Keras), or a file as for `read_vgg16`.
    """
    layers = _of_keras() if weights == "imagenet" else read_vgg16(weights)
    if len(layers) < len(widths):
        raise ValueError(
            f"`weights` must be of a VGG-16 with fc6 and fc7, one with top. Received: weights={weights!r} with "
            f"{len(layers)} layers."
        )
    layers = layers[: len(widths)]
    wide = [bias.size for _, bias in layers]
    if any(have < wanted for have, wanted in zip(wide, widths.values(), strict=True)):
        raise ValueError(
            f"`weights` must be of a VGG-16 at least as wide as the encoder, {list(widths.values())}. Received: "
            f"weights={weights!r} of widths {wide}."
        )
    found = {}
    for name, (kernel, bias) in zip(widths, narrowed(layers, list(widths.values())), strict=True):
        found[f"{name}_conv"] = {"kernel": kernel, "bias": bias}
        moments = {"moving_mean": np.zeros_like(bias), "moving_variance": np.full_like(bias, 1 - EPSILON)}
        found[f"{name}_conv_bn"] = moments
    return found


def read_vgg16(path: str | Path) -> Layers:
    """Returns the layers of a VGG-16 of any width in a file, what batch norm does after them folded in.

    That is one of the network of `keras.applications`, with or without top (`.weights.h5`, or the older `.h5`), or what
    `save_weights` wrote of a network of ours whose tasks share every block. What comes after fc7 is left out. A file of
    another form is a `ValueError`.
    """
    try:
        with h5py.File(path, "r") as file:
            layers = list(_layers_in(file))[: _CONVOLUTIONS + 2]
    except OSError as error:
        raise ValueError(f"`weights` must be an HDF5 file. Received: weights={str(path)!r} ({error}).") from error
    return _checked(layers, str(path))


def _of_keras() -> Layers:
    try:
        with drawn_for(0, "pretrained"):
            model = keras.applications.VGG16(weights="imagenet")
    except Exception as error:
        raise ValueError(
            "`weights` of VGG-16 could not be read: the download failed; give a local file. Received: "
            "weights='imagenet'."
        ) from error
    names = [f"block{stage}_conv{n + 1}" for stage, count in enumerate(_STAGES, start=1) for n in range(count)]
    return _checked([model.get_layer(name).get_weights() for name in [*names, "fc1", "fc2"]], "imagenet")


def _layers_in(group: h5py.Group) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields the kernels and biases below a group in the order of its names; of those beside norms the folded ones."""
    kernels, norms = [], []
    for name in sorted(group, key=_natural):
        child = group[name]
        if not isinstance(child, h5py.Group):
            continue
        place = child.get("vars", child)
        arrays = [place[key][()] for key in sorted(place, key=_natural) if isinstance(place[key], h5py.Dataset)]
        shapes = sorted(array.ndim for array in arrays)
        if shapes in ([1, 2], [1, 4]):
            kernels.append(tuple(sorted(arrays, key=np.ndim, reverse=True)))
        elif shapes == [1, 1]:
            norms.append(arrays)
        else:
            yield from _layers_in(child)
    if norms and len(norms) == len(kernels):
        kernels = [_folded(*layer, *moments) for layer, moments in zip(kernels, norms, strict=True)]
    yield from kernels


def _natural(name: str) -> list:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _folded(kernel, bias, mean, variance):
    factor = 1 / np.sqrt(variance + EPSILON)
    return kernel * factor, (bias - mean) * factor


def _checked(layers: Sequence, path: str) -> Layers:
    """Returns the layers, fc6 and fc7 as convolutions, after checking that each is over what the one before gives."""
    found, channels = [], 3
    for number, (kernel, bias) in enumerate(layers):
        shape = kernel.shape
        if number >= _CONVOLUTIONS:
            side = _SIDE if number == _CONVOLUTIONS else 1
            wanted = (side, side, channels, bias.size)
            kernel = kernel.reshape(wanted) if kernel.size == np.prod(wanted) else kernel
        else:
            wanted = (3, 3, channels, bias.size)
        if kernel.shape != wanted:
            raise ValueError(
                f"`weights` must hold the layers of a VGG-16. Received: weights={path!r}, whose layer {number + 1} has "
                f"a kernel of shape {shape}, not {wanted}."
            )
        found.append((kernel, bias))
        channels = bias.size
    if len(found) < _CONVOLUTIONS:
        raise ValueError(
            f"`weights` must hold the {_CONVOLUTIONS} convolutions of a VGG-16. Received: weights={path!r} with "
            f"{len(found)} layers."
        )
    return found
