"""One process at a time in a run directory: who works there is noted in a file that goes when the work ends."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from bmt_tf import _files as files
from bmt_tf.runs.paths import RunPaths

BEAT, SILENCE = 60.0, 900.0  # seconds between two signs of life; without one for so long a process elsewhere is gone


@contextlib.contextmanager
def held(run_dir: str) -> Iterator[None]:
    """Holds a run directory while the block runs; a directory that another process holds is refused.

    A note that a killed process has left does not count: on this host its process is looked for, elsewhere its last
    sign of life. Workers that do not write need no hold, since their chief has it.
    """
    path = RunPaths(run_dir).in_use
    mine = {"host": socket.gethostname(), "pid": os.getpid(), "process": _process(os.getpid()), "since": _now()}
    begun = files.exists(run_dir)
    files.check_writable(run_dir, "run_dir")
    _take(run_dir, path, mine)
    end = threading.Event()
    beats = threading.Thread(target=_beat, args=(path, mine, end), daemon=True)
    beats.start()
    try:
        yield
    finally:
        end.set()
        beats.join()
        if _same(_read(path), mine):
            files.remove(path)
        if not begun and not files.file_names(run_dir):
            files.remove(run_dir)  # what was refused leaves nothing behind


def _take(run_dir: str, path: str, mine: dict[str, Any]) -> None:
    theirs = _read(path)
    if not _lives(theirs) or _same(theirs, mine):
        files.remove(path)
        if files.create_bytes(path, files.json_bytes(mine | {"alive": time.time()})):
            return
        theirs = _read(path)  # of one that started at the same moment, and was quicker
    raise RuntimeError(
        f"`run_dir` must be a directory in which no other process works. Received: run_dir={run_dir!r}, where process "
        f"{theirs.get('pid')} on host {theirs.get('host')} has worked since {theirs.get('since')}; if it is gone, "
        f"remove {path}."
    )


def _beat(path: str, mine: dict[str, Any], end: threading.Event) -> None:
    while not end.wait(BEAT):
        with contextlib.suppress(Exception):  # A full disk, say: the next beat may come through.
            if _same(_read(path), mine):
                files.write_json(path, mine | {"alive": time.time()})


def _read(path: str) -> dict[str, Any]:
    try:
        return files.read_json(path)
    except (FileNotFoundError, ValueError):
        return {}


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(name) == other[name] for name in ("host", "pid", "process"))


def _lives(holder: dict[str, Any]) -> bool:
    if not holder:
        return False
    if holder.get("host") != socket.gethostname():
        return time.time() - holder.get("alive", 0.0) < SILENCE
    try:
        os.kill(holder["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        pass
    return _process(holder["pid"]) == holder.get("process")


def _process(pid: int) -> str:
    """Returns what tells a process from later ones of its number: boot and start, where the system says so."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as boot, open(f"/proc/{pid}/stat") as stat:
            return f"{boot.read().strip()} {stat.read().rpartition(')')[2].split()[19]}"
    except OSError:
        return ""


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %Z")
