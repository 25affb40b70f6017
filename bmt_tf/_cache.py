"""What is kept between processes, in one folder that may be deleted at any time.

It is `BMT_TF_CACHE` where this environment variable is set, else `bmt_tf` in the user's folder for caches
(`XDG_CACHE_HOME`, or `~/.cache`). `BMT_TF_CACHE=off` keeps nothing.
"""

import os
import tempfile
import warnings
from collections.abc import Callable

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
