"""Reading files of a data set: local ones directly, remote ones (`gs://`, `hdfs://`, ...) through `tf.io.gfile`."""

import os
from concurrent.futures import ThreadPoolExecutor


def is_remote(path: str) -> bool:
    """Returns whether a path is one with a scheme, such as `gs://bucket/folder`.

    Args:
        path: The path.

    Returns:
        True for a remote path.
    """
    return "://" in path


def join(*parts: str) -> str:
    """Returns the path of a file below a local or remote folder.

    Args:
        *parts: The folder, and names below it.

    Returns:
        The path.
    """
    return os.path.join(*parts)


def read_bytes(path: str) -> bytes:
    """Returns the content of a file.

    Args:
        path: Local path, or a remote one with a scheme.

    Returns:
        All of its bytes.

    Raises:
        FileNotFoundError: There is no such file.
    """
    if not is_remote(path):
        with open(path, "rb") as file:
            return file.read()
    gfile = _gfile()
    if not gfile.exists(path):
        raise FileNotFoundError(f"`path` must name a file. Received: path={path!r}.")
    with gfile.GFile(path, "rb") as file:
        return file.read()


def is_file(path: str) -> bool:
    """Returns whether there is a file at a path.

    Args:
        path: Local path, or a remote one with a scheme.

    Returns:
        False for a folder, too.
    """
    return _gfile().exists(path) and not _gfile().isdir(path) if is_remote(path) else os.path.isfile(path)


def is_folder(path: str) -> bool:
    """Returns whether there is a folder at a path.

    Args:
        path: Local path, or a remote one with a scheme.

    Returns:
        False for a file, too.
    """
    return _gfile().isdir(path) if is_remote(path) else os.path.isdir(path)


def file_names(folder: str) -> list[str]:
    """Returns the names in a folder.

    Args:
        folder: Local path, or a remote one with a scheme.

    Returns:
        Sorted names without hidden ones; none where there is no such folder.
    """
    if not is_folder(folder):
        return []
    names = _gfile().listdir(folder) if is_remote(folder) else os.listdir(folder)
    return sorted(name for name in (name.rstrip("/") for name in names) if not name.startswith("."))


def file_sizes(paths: list[str]) -> list[int]:
    """Returns the sizes of files, asked for side by side as a remote store answers slowly.

    Args:
        paths: Local or remote paths.

    Returns:
        One size in bytes per path.
    """
    if not any(is_remote(path) for path in paths):
        return [os.path.getsize(path) for path in paths]
    gfile = _gfile()
    with ThreadPoolExecutor(32) as pool:
        return list(pool.map(lambda path: gfile.stat(path).length, paths))


def _gfile():
    # TensorFlow takes seconds to import, and local files do not need it.
    import tensorflow as tf

    return tf.io.gfile
