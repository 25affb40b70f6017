"""Encoders by name, and families of encoders by a name with a number in it."""

import functools
import inspect
import re
from collections.abc import Callable

from bmt_tf._discovery import values_in
from bmt_tf.models import encoders
from bmt_tf.models.encoder import Encoder


@functools.cache
def _builders() -> dict[str, Callable[..., Encoder]]:
    """Returns the builders by name: what the files of this folder call `ENCODERS`, and the user's own."""
    return {name: builder for found in values_in(encoders, "ENCODERS") for name, builder in found.items()}


def get_encoder(name: str, **options) -> Encoder:
    """Returns an encoder by name.

    Args:
        name: `mobilenet_v2_<width>` (any width, such as 0.35 or 1.0), `resnet50`, `resnet50_keras`, `resnet18`,
            `resnet18_<width>` (thinner, with its ASPP and heads, such as 0.25), `resnet50_taskonomy`, `vgg16`,
            `thin_vgg16_<omega>` (any number of channels, such as 32), `celeba_resnet18`, `narrow`, or a name given to
            `register_encoder`.
        **options: Options of the builder. All take `output_stride`: 8, 16 or 32 (`narrow` and `celeba_resnet18`: 8,
            `resnet50_taskonomy`: 16, VGG-16: 16 or 32); below 32 the last strides are replaced by dilation. MobileNetV2
            and the ResNets also take `width` (a factor on the channels; 1.0 is the paper's network), `aspp` (False
            leaves the last block, the (R-)ASPP, out), `aspp_channels` and `head_channels` (its width, and that of the
            heads), and `dropout` (the share of what goes into the last convolution of the (R-)ASPP that is set to zero
            in training). `resnet50_taskonomy`, without (R-)ASPP, takes `width` and `head_channels`. VGG-16 and
            `celeba_resnet18`, without (R-)ASPP, take `whole_image`: False ends them before they look at the image as a
            whole, for tasks with a label per pixel; `celeba_resnet18` takes `width` and `head_channels` too.

    Returns:
        The encoder.

    Raises:
        ValueError: There is no encoder of that name, or it has no such option.
    """
    for known in [name] if name in _builders() else _builders():
        match = re.fullmatch(_pattern(known), name)
        if match:
            numbers = {key: float(value) for key, value in match.groupdict().items()}
            _check_options(name, _builders()[known], options)
            return _builders()[known](**numbers, **options)
    raise ValueError(f"`name` must be one of {encoder_names()}. Received: name={name!r}.")


def register_encoder(name: str, builder) -> None:
    """Makes an encoder, or a family of encoders, available by name.

    Args:
        name: The name; an existing one is replaced. A part such as `<width>` stands for any number, which the builder
            gets under that name.
        builder: A function that takes the options of `get_encoder` and returns an `Encoder`.
    """
    _builders()[name] = builder


def encoder_names() -> tuple[str, ...]:
    """Returns the names that `get_encoder` takes, those of families with `<width>` and the like for a number.

    Returns:
        Names, sorted.
    """
    return tuple(sorted(_builders()))


def _check_options(name, builder, options):
    taken = inspect.signature(builder).parameters
    unknown = [option for option in options if option not in taken]
    if unknown and not any(parameter.kind is parameter.VAR_KEYWORD for parameter in taken.values()):
        raise ValueError(
            f"`{unknown[0]}` must be an option of encoder {name} to be set; it has {tuple(taken)}. "
            f"Received: {unknown[0]}={options[unknown[0]]!r}."
        )


def _pattern(name):
    """A regular expression for a name, in which each number of a family is a group."""
    parts = re.split(r"<(\w+)>", name)
    return "".join(rf"(?P<{part}>\d+(?:\.\d+)?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
