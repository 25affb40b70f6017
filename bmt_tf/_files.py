"""The one place that reads and writes files: local ones directly, remote ones (`gs://`, ...) through `tf.io.gfile`.

Writing is whole or not at all: a file appears under its name when it is complete, beside an earlier one until then. A
name may have any characters, since none is read as a pattern; a leading `~` is the home folder.
"""

import contextlib
import io
import json
import os
import secrets
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

# Who a missing file's reader should turn to, by the file's name.
_MADE_BY = {
    "config.json": "scripts/train.py",
    "metrics.json": "scripts/evaluate.py",
    "grouping.json": "scripts/group.py",
}
_PATTERN = frozenset("*?[\\")  # what TensorFlow reads as a pattern


def is_remote(path: str | os.PathLike) -> bool:
    """Returns whether a path has a scheme, such as `gs://bucket/folder`."""
    return "://" in os.fspath(path)


def expanded(path: str | os.PathLike) -> str:
    """Returns a path with a leading `~` replaced by the home folder; every function here does so by itself."""
    return os.path.expanduser(os.fspath(path))


def absolute(path: str | os.PathLike) -> str:
    """Returns a path that names the same place from every working directory."""
    path = expanded(path)
    return path if is_remote(path) else os.path.abspath(path)


def join(*parts: str) -> str:
    """Returns the path of a file below a local or remote folder."""
    return os.path.join(*parts)


def read_bytes(path: str) -> bytes:
    """Returns the content of a file; a missing one is a FileNotFoundError, remote or not."""
    path = expanded(path)
    if not is_remote(path):
        with open(path, "rb") as file:
            return file.read()
    if not _gfile().exists(path):
        raise FileNotFoundError(f"`path` must name a file. Received: path={path!r}.")
    with _gfile().GFile(path, "rb") as file:
        return file.read()


def write_bytes(path: str, content: bytes) -> None:
    """Writes a file whole or not at all, in place of an earlier one; its folder is made if need be."""
    _write(path, content, os.replace)


def create_bytes(path: str, content: bytes) -> bool:
    """Writes a file whole, unless there is one; returns whether it did. Of several local writers one does."""
    if exists(path):
        return False
    try:
        _write(path, content, _give_name)
    except FileExistsError:
        return False
    return True


def read_json(path: str) -> dict[str, Any]:
    """Returns the object in a whole JSON file; where there is none, the error names the script that writes it."""
    if not is_file(path):
        made_by = _MADE_BY.get(os.path.basename(path), "an earlier step")
        raise FileNotFoundError(f"There is no {path}; it is written by {made_by}.")
    try:
        content = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"`{path}` must be whole JSON. Received: {error}.") from error
    if not isinstance(content, dict):
        raise ValueError(f"`{path}` must hold a JSON object. Received: {type(content).__name__}.")
    return content


def write_json(path: str, content: dict[str, Any]) -> None:
    """Writes a JSON file whole or not at all."""
    write_bytes(path, json_bytes(content))


def json_bytes(content: dict[str, Any]) -> bytes:
    """Returns the content of a JSON file."""
    return (json.dumps(content, indent=1) + "\n").encode()


def read_arrays(path: str, names: Sequence[str], made_by: str) -> dict[str, np.ndarray]:
    """Returns arrays of an `.npz` file, by name; for a missing or damaged one the error names `made_by`, its script."""
    if not is_file(path):
        raise FileNotFoundError(f"{path} must exist; {made_by} makes it. Received: no such file.")
    try:
        with np.load(io.BytesIO(read_bytes(path)), allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} must be a whole file made by {made_by}. Received: {error}") from error


def write_arrays(path: str, **arrays: np.ndarray) -> None:
    """Writes arrays to an `.npz` file, whole or not at all."""
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_bytes(path, content.getvalue())


def exists(path: str) -> bool:
    """Returns whether there is a file or a folder at a path."""
    path = expanded(path)
    return _gfile().exists(path) if is_remote(path) else os.path.exists(path)


def is_file(path: str) -> bool:
    """Returns whether there is a file, and no folder, at a path."""
    path = expanded(path)
    return _gfile().exists(path) and not _gfile().isdir(path) if is_remote(path) else os.path.isfile(path)


def is_folder(path: str) -> bool:
    """Returns whether there is a folder, and no file, at a path."""
    path = expanded(path)
    return _gfile().isdir(path) if is_remote(path) else os.path.isdir(path)


def file_names(folder: str) -> list[str]:
    """Returns the sorted names in a folder without hidden ones; none where there is no such folder."""
    folder = expanded(folder)
    if not is_folder(folder):
        return []
    names = _gfile().listdir(folder) if is_remote(folder) else os.listdir(folder)
    return sorted(name for name in (name.rstrip("/") for name in names) if not name.startswith("."))


def file_sizes(paths: list[str]) -> list[int]:
    """Returns the sizes of files in bytes."""
    return [size for size, _ in file_states(paths)]


def file_states(paths: list[str]) -> list[tuple[int, int]]:
    """Returns the size in bytes, and when it was written last in nanoseconds (0 where not known), of each file."""
    if not any(map(is_remote, paths)):
        return [(state.st_size, state.st_mtime_ns) for state in map(os.stat, map(expanded, paths))]
    with ThreadPoolExecutor(32) as pool:  # a remote store answers slowly
        return [(state.length, state.mtime_nsec) for state in pool.map(_gfile().stat, paths)]


def changed_at(folder: str) -> int:
    """Returns when files came or went in a folder last, in nanoseconds; 0 where its store does not tell."""
    return file_states([folder])[0][1]


def make_folder(path: str) -> None:
    """Makes a folder and those above it, unless it is there."""
    path = expanded(path)
    if is_remote(path):
        _gfile().makedirs(path)
    elif path:
        os.makedirs(path, exist_ok=True)


def remove(path: str) -> None:
    """Removes a file, or a folder with all that is in it, where there is one."""
    path = expanded(path)
    if not exists(path):
        return
    if is_remote(path):
        _gfile().rmtree(path) if is_folder(path) else _gfile().remove(path)
    elif is_folder(path):
        shutil.rmtree(path)
    else:
        os.remove(path)


def rename(old: str, new: str) -> None:
    """Gives a file or a folder another name; nothing must be there."""
    old, new = expanded(old), expanded(new)
    _gfile().rename(old, new) if is_remote(old) else os.rename(old, new)


@contextlib.contextmanager
def whole_folder(path: str, argument: str) -> Iterator[str]:
    """Yields an empty folder beside a path, which takes the place of what is there once the block ends without error.

    Where it cannot be made, the error calls it by `argument`.
    """
    path = expanded(path)
    unfinished, earlier = f"{path}.partial", f"{path}.earlier"
    try:
        remove(unfinished)  # of a process that was killed
        make_folder(unfinished)
    except Exception as error:  # what a file system answers in its own type
        raise OSError(f"`{argument}` must be a place that can be written. Received: {path} ({error}).") from error
    try:
        yield unfinished
        remove(earlier)
        if exists(path):
            rename(path, earlier)
        rename(unfinished, path)
        remove(earlier)
    finally:
        remove(unfinished)


@contextlib.contextmanager
def pattern_free(folder: str) -> Iterator[str]:
    """Yields a path without `*`, `?`, `[` and `\\` by which the files in a folder can be read, not written.

    TensorFlow looks for the checkpoint that it is to read by a pattern, and so finds none where the folder's own name
    is one. A local folder is linked to; the files of a remote one are copied.
    """
    folder = expanded(folder)
    if not _PATTERN & set(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="plain_") as elsewhere:
        plain = join(elsewhere, "folder")
        if is_remote(folder):
            _copy(folder, plain)
        else:
            os.symlink(os.path.abspath(folder), plain)
        yield plain


def check_writable(folder: str, argument: str) -> None:
    """Makes a folder and tries to write in it, before any work is done for it; an error calls it by `argument`."""
    probe = join(folder, f".writable.{secrets.token_hex(4)}")
    try:
        write_bytes(probe, b"yes")
        remove(probe)
    except Exception as error:  # what a file system answers in its own type
        raise OSError(
            f"`{argument}` must be a directory that can be written. Received: {argument}={folder!r} "
            f"({type(error).__name__}: {error})."
        ) from error


def _write(path: str, content: bytes, finish: Callable[[str, str], None]) -> None:
    """Writes a file under another name; `finish` gives a local one its own."""
    path = expanded(path)
    folder, name = os.path.split(path)
    unfinished = join(folder, f".{name}.{secrets.token_hex(4)}")
    make_folder(folder)
    try:
        if is_remote(path):
            with _gfile().GFile(unfinished, "wb") as file:
                file.write(content)
            _gfile().rename(unfinished, path, overwrite=True)
        else:
            with open(unfinished, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            finish(unfinished, path)
    except BaseException:
        remove(unfinished)
        raise


def _give_name(unfinished: str, path: str) -> None:
    """Renames a file unless there is one of that name, in one step where the file system knows links."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise
    except OSError:
        os.rename(unfinished, path)
    else:
        os.remove(unfinished)


def _copy(folder: str, local: str) -> None:
    make_folder(local)
    for name in file_names(folder):
        source, target = join(folder, name), join(local, name)
        if is_folder(source):
            _copy(source, target)
        else:
            _gfile().copy(source, target)


def _gfile():
    # TensorFlow takes seconds to import, and local files do not need it.
    import tensorflow as tf

    return tf.io.gfile
