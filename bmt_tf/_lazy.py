"""Lazy exports, so that importing a folder does not import TensorFlow before it is used."""

import importlib
import sys
from collections.abc import Callable


def lazy_exports(package: str, names: dict[str, str]) -> tuple[list[str], Callable, Callable]:
    """Returns `__all__`, `__getattr__` and `__dir__` for a package that imports its public names on first use.

    Args:
        package: The package's `__name__`.
        names: Public name -> submodule that defines it.

    Returns:
        The three module attributes, in this order.

    Raises:
        ValueError: A submodule bears the name of a public name; Python would hand out the module instead.
    """
    clashes = set(names) & set(names.values())
    if clashes:
        raise ValueError(f"`names` must not map to modules of the same name ({package}). Received: {sorted(clashes)}.")

    def __getattr__(name: str):
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{names[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:
        return sorted(set(vars(sys.modules[package])) | set(names))

    return sorted(names), __getattr__, __dir__
