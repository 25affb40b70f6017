"""Encoders by name."""

import functools
import re

from bmt_tf.models.encoder import Encoder
from bmt_tf.models.encoders.mobilenet_v2 import mobilenet_v2_encoder
from bmt_tf.models.encoders.narrow import narrow_encoder
from bmt_tf.models.encoders.resnet import resnet18_encoder, resnet50_encoder

_BUILDERS = {
    "narrow": narrow_encoder,
    "resnet18": resnet18_encoder,
    "resnet50": resnet50_encoder,
    "resnet50_keras": functools.partial(resnet50_encoder, keras_form=True),
}


def get_encoder(name: str, **options) -> Encoder:
    """Returns an encoder by name.

    Args:
        name: `mobilenet_v2_<width>` (any width, such as 0.35 or 1.0), `resnet50`, `resnet50_keras`, `resnet18`,
            `narrow`, or a name given to `register_encoder`.
        **options: Options of the builder, such as `output_stride`.

    Returns:
        The encoder.

    Raises:
        ValueError: There is no encoder of that name.
    """
    if name in _BUILDERS:
        return _BUILDERS[name](**options)
    match = re.fullmatch(r"mobilenet_v2_(\d+(?:\.\d+)?)", name)
    if not match:
        known = ("mobilenet_v2_<width>", *sorted(_BUILDERS))
        raise ValueError(f"`name` must be one of {known}. Received: name={name!r}.")
    return mobilenet_v2_encoder(float(match[1]), **options)


def register_encoder(name: str, builder) -> None:
    """Makes an encoder available by name.

    Args:
        name: The name; an existing one is replaced.
        builder: A function that takes the options of `get_encoder` and returns an `Encoder`.
    """
    _BUILDERS[name] = builder
