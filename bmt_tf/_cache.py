"""What is kept between processes, in one folder that may be deleted at any time.

It is `BMT_TF_CACHE` where this environment variable is set, else `bmt_tf` in the user's folder for caches
(`XDG_CACHE_HOME`, or `~/.cache`). `BMT_TF_CACHE=off` keeps nothing.
"""

import functools
import hashlib
import inspect
import os
import pathlib
import tempfile
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from bmt_tf import _files as files

CACHE_VARIABLE = "BMT_TF_CACHE"


def cache_folder(name: str) -> str:
    """Returns where things of a name are kept, a folder that may not be there; nothing where they are not to be."""
    told = os.environ.get(CACHE_VARIABLE, "")
    if told.lower() == "off":
        return ""
    caches = os.environ.get("XDG_CACHE_HOME") or files.join("~", ".cache")
    return files.join(told or files.join(caches, "bmt_tf"), name)


def kept_file(folder: str, name: str, make: Callable[[str], None]) -> bytes:
    """Returns the content of a file, made once and then kept.

    Args:
        folder: What things of its kind are called in the cache folder.
        name: Its name.
        make: Called with an empty folder where it is not kept yet; leaves there a file of this name.
    """
    kept = cache_folder(folder) and files.join(cache_folder(folder), name)
    if kept and files.is_file(kept):
        return files.read_bytes(kept)
    with tempfile.TemporaryDirectory(prefix="bmt_tf_") as elsewhere:
        make(elsewhere)
        content = files.read_bytes(files.join(elsewhere, name))
    try:
        if kept:
            files.write_bytes(kept, content)
    except Exception as error:  # what a file system answers in its own type
        warnings.warn(
            f"{name} cannot be kept in {kept} and is made anew each time; the environment variable {CACHE_VARIABLE} "
            f'names another folder, or is "off" ({type(error).__name__}: {error}).',
            stacklevel=2,
        )
    return content


def key_of(*values: Any) -> str:
    """Returns a name for what the package computes from some values, another one where a value or its code is another.

    It is empty where a value has parts that are not the package's, such as a measure of the user's own: their code may
    change without being seen.

    Args:
        values: Numbers, texts, sequences and mappings of such, and classes, functions and objects of the package.
    """
    try:
        told = [_told(value) for value in values]
    except TypeError:
        return ""
    return hashlib.sha256(repr((_code(), told)).encode()).hexdigest()


def _told(value: Any) -> Any:
    """Returns what tells a value from others, of texts and lists alone."""
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    if isinstance(value, Mapping):
        return [[_told(name), _told(one)] for name, one in value.items()]
    if isinstance(value, type) or inspect.isfunction(value):
        if value.__module__.partition(".")[0] != __name__.partition(".")[0]:
            raise TypeError(f"`value` must be one of the package's. Received: {value!r}.")
        line = "" if isinstance(value, type) else value.__code__.co_firstlineno  # lambdas have no names
        return f"{value.__module__}.{value.__qualname__} {line}"
    return [_told(type(value)), _told(vars(value))]


@functools.cache
def _code() -> str:
    """Returns the SHA-256 of the package's code."""
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
