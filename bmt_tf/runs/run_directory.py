"""The run directory: the only thing that passes between scripts."""

import dataclasses
import json
import os
import sys
import tempfile
from typing import Any

import tensorflow as tf

from bmt_tf import __version__
from bmt_tf.grouping import Grouping
from bmt_tf.runs.config import RunConfig

# Settings that may change between the parts of a run without changing its result. Data and tree are compared by what
# they hold, not by where they lie.
FREE = ("run_dir", "grouping", "replicas", "checkpoint_every", "log_every")


def begin_run(config: RunConfig, grouping: Grouping | None, data: dict[str, Any], writes: bool = True) -> None:
    """Starts or resumes a run: writes its settings, or checks that they are those it was begun with.

    Args:
        config: The settings.
        grouping: The tree that is trained; none for a search.
        data: `name` and `fingerprint` of the data.
        writes: Whether this process is the one that writes; the others of several workers only check.
    """
    if writes:
        check_writable(config.run_dir)
    path = os.path.join(config.run_dir, "config.json")
    tree = os.path.join(config.run_dir, "grouping.json")
    if tf.io.gfile.exists(path):
        _check_same(config, data)
        if grouping is not None:
            _check_same_tree(load_grouping(tree), grouping, tree)
    elif writes:
        if grouping is not None:
            save_grouping(grouping, tree)
        write_json(
            path,
            {
                "config": config.to_json(),
                "kind": type(config).__name__,
                "data": data,
                "seed": config.seed,
                "versions": versions(),
                "command": sys.argv,
            },
        )


def check_writable(directory: str, argument: str = "run_dir") -> None:
    """Makes the directory and tries to write in it.

    Args:
        directory: Directory for results.
        argument: What the message calls it.

    Raises:
        OSError: It cannot be made or written.
    """
    probe = os.path.join(directory, ".writable")
    try:
        tf.io.gfile.makedirs(directory)
        with tf.io.gfile.GFile(probe, "w") as file:
            file.write("yes")
        tf.io.gfile.remove(probe)
    except (tf.errors.OpError, OSError) as error:
        raise OSError(
            f"`{argument}` must be a directory that can be written. Received: {argument}={directory!r} "
            f"({type(error).__name__}: {error})."
        ) from error


def save_grouping(grouping: Grouping, path: str) -> None:
    """Writes a `grouping.json`, local or remote, whole or not at all.

    Args:
        grouping: The tree.
        path: The file.
    """
    if "://" not in path:
        grouping.save(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        local = os.path.join(folder, "grouping.json")
        grouping.save(local)
        tf.io.gfile.copy(local, f"{path}.partial", overwrite=True)
    tf.io.gfile.rename(f"{path}.partial", path, overwrite=True)


def load_grouping(path: str) -> Grouping:
    """Returns the tree in a `grouping.json`, local or remote.

    Args:
        path: The file.
    """
    if "://" not in path:
        return Grouping.load(path)
    with tempfile.TemporaryDirectory() as folder:
        local = os.path.join(folder, "grouping.json")
        tf.io.gfile.copy(path, local)
        return Grouping.load(local)


def read_json(path: str) -> dict[str, Any]:
    """Returns the content of a JSON file of a run.

    Args:
        path: Local or remote path.

    Raises:
        FileNotFoundError: There is none; the message names the script that writes it.
        ValueError: It is no JSON.
    """
    if not tf.io.gfile.exists(path):
        raise FileNotFoundError(f"There is no {path}; it is written by {_writer(os.path.basename(path))}.")
    try:
        with tf.io.gfile.GFile(path) as file:
            return json.loads(file.read())
    except json.JSONDecodeError as error:
        raise ValueError(f"`{path}` must be JSON. Received: {error}.") from error


def write_json(path: str, content: dict[str, Any]) -> None:
    """Writes a JSON file whole or not at all.

    Args:
        path: Local or remote path.
        content: JSON values.
    """
    partial = f"{path}.partial"
    with tf.io.gfile.GFile(partial, "w") as file:
        file.write(json.dumps(content, indent=1) + "\n")
    tf.io.gfile.rename(partial, path, overwrite=True)


def load_config(run_dir: str, kind: type[RunConfig]) -> RunConfig:
    """Returns the settings of a run.

    Args:
        run_dir: Directory of the run.
        kind: Class of the settings.

    Raises:
        ValueError: The run is of another kind.
    """
    content = read_json(os.path.join(run_dir, "config.json"))
    if content["kind"] != kind.__name__:
        raise ValueError(f"`run_dir` must be a run of {kind.__name__}. Received: {run_dir!r} of {content['kind']}.")
    return kind.from_json({**content["config"], "run_dir": run_dir})


def versions() -> dict[str, str]:
    """Returns the versions that results depend on, by package."""
    import keras
    import numpy

    return {
        "bmt_tf": __version__,
        "python": sys.version.split()[0],
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": numpy.__version__,
    }


def _check_same(config: RunConfig, data: dict[str, Any]) -> None:
    begun = load_config(config.run_dir, type(config))
    for name in (field.name for field in dataclasses.fields(config)):
        old, new = getattr(begun, name), getattr(config, name)
        if name not in FREE and old != new:
            raise ValueError(
                f"`{name}` must stay as the run was begun with ({old!r}) to resume {config.run_dir!r}; "
                f"take another directory for other settings. Received: {new!r}."
            )
    before = read_json(os.path.join(config.run_dir, "config.json"))["data"]
    if before != data:
        raise ValueError(
            f"`data` must hold the files the run was begun with to resume {config.run_dir!r} ({before}). "
            f"Received: {data}."
        )


def _check_same_tree(old: Grouping, new: Grouping, path: str) -> None:
    if (old.tasks, old.blocks, old.partitions) != (new.tasks, new.blocks, new.partitions):
        raise ValueError(
            f"`grouping` must be the one the run was begun with, {path}, to resume. "
            f"Received:\n{new.to_text()}\ninstead of\n{old.to_text()}"
        )


def _writer(name: str) -> str:
    scripts = {
        "config.json": "scripts/train.py",
        "metrics.json": "scripts/evaluate.py",
        "grouping.json": "scripts/group.py",
    }
    return scripts.get(name, "an earlier step")
