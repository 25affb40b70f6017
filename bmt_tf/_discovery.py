"""Values that the files of a folder hold under one name, so that a new file needs no entry in a list elsewhere."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def values_in(folder: ModuleType, constant: str) -> list[Any]:
    """Returns what every module of a folder calls `constant`, by the modules' names; modules without it add nothing."""
    names = sorted(found.name for found in pkgutil.iter_modules(folder.__path__))
    modules = [importlib.import_module(f"{folder.__name__}.{name}") for name in names]
    return [getattr(module, constant) for module in modules if hasattr(module, constant)]
