"""Flags made from a settings dataclass: one flag per field, its help from the class's docstring."""

import dataclasses
import inspect
import re
import typing
from typing import Any

from absl import flags

FLAGS = flags.FLAGS
# The flags belong to the script that asks for them, so that its --help shows them.
flags.disclaim_key_flags()


def define_flags(settings: type, skip: tuple[str, ...] = (), **defaults: Any) -> None:
    """Defines a flag for every field of a dataclass; a field without a default becomes a required flag.

    Args:
        settings: The dataclass; its docstrings' `Args` become the help.
        skip: Fields that get no flag.
        **defaults: Defaults that differ from the dataclass's.
    """
    helps = _helps(settings)
    types = typing.get_type_hints(settings)
    for field in dataclasses.fields(settings):
        if field.name in skip:
            continue
        default = defaults.get(field.name, _default(field))
        kind, optional = _without_none(types[field.name])
        _define(field.name, kind, default, helps.get(field.name, field.name))
        if default is None and not optional:
            flags.mark_flag_as_required(field.name)


def from_flags(settings: type, **fixed: Any) -> Any:
    """Returns the dataclass with the values of its flags.

    Args:
        settings: The dataclass given to `define_flags`.
        **fixed: Values of fields that have no flag.
    """
    types = typing.get_type_hints(settings)
    names = [field.name for field in dataclasses.fields(settings) if field.name in FLAGS and field.name not in fixed]
    return settings(**{name: _parse(types[name], FLAGS[name].value, name) for name in names}, **fixed)


def parse_size(items: list[str], name: str) -> tuple[int, int]:
    """Returns the height and the width that a flag gives, or says how to write them."""
    try:
        height, width = (int(item) for item in items)
        whole = min(height, width) >= 1
    except ValueError:
        whole = False
    if not whole:
        raise flags.IllegalFlagValueError(
            f"`{name}` must be height,width in pixels, as in --{name}=96,128. Received: --{name}={','.join(items)}."
        )
    return height, width


def parse_named(items: list[str], kind: type, name: str) -> dict[str, Any]:
    """Returns the values that a flag gives by name, as in `a=1,b=2`; one without a name is under `*`."""
    pairs = [item.partition("=") if "=" in item else ("*", "=", item) for item in items]
    names = [key for key, _, _ in pairs]
    if len(set(names)) < len(names):
        raise flags.IllegalFlagValueError(
            f"`{name}` must have one value for each name, and one without. Received: --{name}={','.join(items)}."
        )
    return {key: _convert(kind, value, name) for key, _, value in pairs}


def _default(field: dataclasses.Field) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return None if field.default_factory is dataclasses.MISSING else field.default_factory()


def _without_none(kind: Any) -> tuple[Any, bool]:
    """Returns the type of a setting that may be left open, and whether it may."""
    kinds = [one for one in typing.get_args(kind) if one is not type(None)]
    optional = type(None) in typing.get_args(kind)
    return (kinds[0], True) if optional else (kind, False)


def _define(name: str, kind: Any, default: Any, text: str) -> None:
    if kind is bool:
        flags.DEFINE_bool(name, default, text)
    elif kind is int:
        flags.DEFINE_integer(name, default, text)
    elif kind is float:
        flags.DEFINE_float(name, default, text)
    elif kind is str:
        flags.DEFINE_string(name, default, text)
    elif typing.get_origin(kind) is dict:
        flags.DEFINE_list(name, [f"{key}={value}" for key, value in default.items()], text + " As name=value,...")
    else:
        flags.DEFINE_list(name, None if default is None else [str(value) for value in default], text)


def _parse(kind: Any, value: Any, name: str) -> Any:
    if kind == tuple[int, int]:
        return parse_size(value, name)
    if typing.get_origin(kind) is tuple:
        return tuple(_convert(typing.get_args(kind)[0], item, name) for item in value)
    if typing.get_origin(kind) is dict:
        return parse_named(value, typing.get_args(kind)[1], name)
    return value


def _convert(kind: type, text: str, name: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise flags.IllegalFlagValueError(f"`{name}` must be made of {kind.__name__}. Received: {text!r}.") from None


def _helps(settings: type) -> dict[str, str]:
    """Returns the `Args` entries of the docstrings of a class and its bases."""
    helps: dict[str, str] = {}
    for cls in reversed(settings.__mro__):
        block = re.search(r"Args:\n(.*?)(?:\n\s*\n|\Z)", inspect.getdoc(cls) or "", re.DOTALL)
        for entry in re.finditer(
            r"^    (\w+): (.*?)(?=^    \w+: |\Z)", block.group(1) if block else "", re.DOTALL | re.MULTILINE
        ):
            helps[entry.group(1)] = " ".join(entry.group(2).split())
    return helps
