"""Python modules of the user's own that make tasks, heads and encoders known before a run looks for them."""

import filecmp
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

_SUFFIX, _PACKAGE = ".py", "__init__.py"


def absolute_modules(modules: Sequence[str]) -> tuple[str, ...]:
    """Returns modules as they are kept: files and folders by whole paths, names that can be imported as they are."""
    return tuple(map(_kept, modules))


def import_modules(modules: Sequence[str]) -> None:
    """Imports modules in their order, each once in a process.

    One that is imported already serves where the same module is named by another path, as one that has moved is.

    Args:
        modules: Files, folders of packages, or names that can be imported.

    Raises:
        ValueError: There is no such module, its name is taken by another one, or it cannot be imported.
    """
    for module in absolute_modules(modules):
        if os.path.isabs(module):
            _import_file(module)
        else:
            _import(module, module)


def _kept(module: str) -> str:
    written = os.path.expanduser(os.fspath(module))
    if written.endswith(_SUFFIX) or os.sep in written:
        return os.path.abspath(written)
    for file in (written + _SUFFIX, os.path.join(written, _PACKAGE)):
        if os.path.isfile(file):
            return os.path.abspath(file)
    return written


def _import_file(path: str) -> None:
    file = os.path.join(path, _PACKAGE) if os.path.isdir(path) else path
    parent, name = os.path.split(os.path.dirname(file) if os.path.basename(file) == _PACKAGE else file)
    name = name.removesuffix(_SUFFIX)
    there = os.path.isfile(file)
    known = sys.modules.get(name)
    if known is not None and _is_from(known, file if there else None):
        return
    if not there:
        raise ValueError(
            f"`modules` must name files that are there; --modules says where one is now. Received: {path}."
        )
    if known is None:
        # Its neighbours can be imported, too, but take no other module's place.
        sys.path.insert(0, parent)
        try:
            known = _import(name, path)
        finally:
            sys.path.remove(parent)
        sys.path.append(parent)
    if not _is_from(known, file):
        raise ValueError(
            f"`modules` must bear names that no other module has. Received: {path}, but {name!r} is "
            f"{getattr(known, '__file__', None) or 'a part of Python'}."
        )


def _is_from(module: ModuleType, file: str | None) -> bool:
    """Returns whether a module is what is in a file; of a file that is gone, whether it is one of the user's own."""
    own = getattr(module, "__file__", None)
    if own is None or file is None:
        return own is not None and module.__name__ not in sys.stdlib_module_names
    return os.path.realpath(own) == os.path.realpath(file) or filecmp.cmp(own, file, shallow=False)


def _import(name: str, received: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever the user's code raises
        raise ValueError(
            f"`modules` must be files or names of modules that can be imported. Received: {received} "
            f"({type(error).__name__}: {error})."
        ) from error
