"""The file `grouping.json`: reading with every fault named, writing whole or not at all."""

import json
import os

from bmt_tf import _files as files

VERSION = 1
_REQUIRED = ("version", "tasks", "blocks", "partitions")
_OPTIONAL = ("encoder", "made_by")


def read(path: str | os.PathLike) -> dict:
    """Returns the constructor arguments of the grouping in a file; what they hold is checked by the constructor.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is not whole JSON, of an unknown version, or has missing or unknown keys.
        TypeError: The file holds JSON, but no object.
    """
    try:
        content = json.loads(files.read_bytes(path))
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"`path` must be a grouping file, as written by scripts/group.py or scripts/search.py. Received: {path}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: a grouping file must be whole JSON; is it cut off? ({error})") from error
    if not isinstance(content, dict):
        raise TypeError(f"{path}: a grouping file must hold a JSON object. Received: {type(content).__name__}")
    if content.get("version") != VERSION or isinstance(content["version"], bool):
        raise ValueError(f"{path}: `version` must be {VERSION}. Received: {content.get('version', 'no version')!r}")
    missing = [key for key in _REQUIRED if key not in content]
    unknown = [key for key in content if key not in _REQUIRED + _OPTIONAL]
    if missing or unknown:
        raise ValueError(
            f"{path}: a grouping file must have the keys {_REQUIRED} and may have {_OPTIONAL}. "
            f"Received: missing {missing}, unknown {unknown}"
        )
    return {key: value for key, value in content.items() if key != "version"}


def write(path: str | os.PathLike, fields: dict) -> None:
    """Writes a grouping's fields, one partition a line."""
    partitions = ",\n  ".join(json.dumps(partition) for partition in fields["partitions"])
    lines = [
        f' "{key}": {json.dumps(value)}'
        for key, value in {"version": VERSION, **{key: fields[key] for key in ("encoder", "tasks", "blocks")}}.items()
    ]
    lines += [f' "partitions": [\n  {partitions}\n ]', f' "made_by": {json.dumps(fields["made_by"])}']
    files.write_bytes(path, ("{\n" + ",\n".join(lines) + "\n}\n").encode())
